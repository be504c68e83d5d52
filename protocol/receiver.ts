import type { z } from 'zod'
import { AppError } from './app-error.ts'
import type { ErrorCode } from './errors.ts'

/** A socket of either side, as far as it receives. */
type Peer = { on: (event: string, listener: (...args: unknown[]) => void) => unknown }

type ReceiverFaults = {
  /** The peer sent something that is no message of the protocol: it is dropped. */
  onMalformed: (event: string, why: string) => void
  /** The handler of a well-formed message failed for a reason that nobody foresaw: a fault of ours. */
  onFailed: (event: string, error: unknown) => void
}

type Reply = (answer: unknown) => void

type Receiver = {
  /** Handles messages of a kind that no answer belongs to. */
  take: <Message>(
    event: string,
    schema: z.ZodType<Message>,
    handle: (message: Message) => unknown,
  ) => void
  /**
   * Answers messages of a kind. One that does not ask for an answer is dropped.
   * @param refuse the answer to a malformed message (`bad-input`), to an AppError (its code), and to a
   *   fault of ours (`internal`); left out, there is none
   */
  answer: <Message, Answer>(
    event: string,
    schema: z.ZodType<Message>,
    handle: (message: Message) => Answer | Promise<Answer>,
    refuse?: (code: ErrorCode) => Answer,
  ) => void
}

/**
 * Registers handlers of a peer's messages so that nothing it sends can end this process: every
 * message is checked against its schema, an acknowledgement is only called where one was asked for,
 * and what a handler throws or rejects with stays here.
 */
export const createReceiver = (peer: Peer, { onMalformed, onFailed }: ReceiverFaults): Receiver => {
  const receive = <Message>(
    event: string,
    schema: z.ZodType<Message>,
    handle: (message: Message, reply: Reply | undefined) => unknown,
    onError: (error: unknown, reply: Reply | undefined) => void,
    onBad: (why: string, reply: Reply | undefined) => void,
  ) =>
    peer.on(event, (...args) => {
      const last = args.at(-1)
      const reply = typeof last === 'function' ? (last as Reply) : undefined
      try {
        const message = schema.safeParse(args[0] === reply ? undefined : args[0])
        if (!message.success) return onBad(message.error.message, reply)
        const handled = handle(message.data, reply)
        if (handled instanceof Promise) handled.catch((error) => onError(error, reply))
      } catch (error) {
        onError(error, reply)
      }
    })

  return {
    take: (event, schema, handle) =>
      receive(
        event,
        schema,
        (message) => handle(message),
        (error) => onFailed(event, error),
        (why) => onMalformed(event, why),
      ),

    answer: (event, schema, handle, refuse) => {
      const decline = (code: ErrorCode, reply: Reply | undefined) => {
        if (refuse) reply?.(refuse(code))
      }
      receive(
        event,
        schema,
        (message, reply) => {
          if (!reply) return onMalformed(event, 'no acknowledgement was asked for')
          const answer = handle(message)
          return answer instanceof Promise ? answer.then(reply) : reply(answer)
        },
        (error, reply) => {
          if (!(error instanceof AppError)) onFailed(event, error)
          decline(error instanceof AppError ? error.code : 'internal', reply)
        },
        (why, reply) => {
          onMalformed(event, why)
          decline('bad-input', reply)
        },
      )
    },
  }
}
