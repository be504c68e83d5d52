/** The same words in a language that tells one from many: what counts may have a form for one. */
export type Translated<Words> = {
  [Key in keyof Words]: Words[Key] extends string ? string : Translated<Words[Key]>
} & {
  [Key in keyof Words as Key extends `${infer Base}_other` ? `${Base}_one` : never]?: string
}
