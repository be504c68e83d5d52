/** Stands for the user where somebody ended the session himself: nothing of his work is to be kept. */
export const SIGNED_OUT = 'signed-out'
