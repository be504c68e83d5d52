import { z } from 'zod'

/** What a letter may come as: PDF, DOCX, or a picture of it. */
export const DocumentMime = z.enum([
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'image/png',
  'image/jpeg',
  'image/webp',
])
export type DocumentMime = z.infer<typeof DocumentMime>
