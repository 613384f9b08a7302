// Contenders in processes of their own, which do their rounds in turn: whatever else the machine does hits all of them
// alike, and only figures of the same round are compared.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A child process that says a number when it is ready, and answers each message. */
export class Process {
  /** What it said when it was ready, such as its port. */
  readonly said: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, said: number) {
    this.#child = child;
    this.said = said;
  }

  static async start(file: URL, args: string[], execArgv: string[]): Promise<Process> {
    const child = fork(file, args, { execArgv });
    return new Process(child, await answerOf<number>(child));
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** The answer is whatever the process sends back for this order. */
  ask<Answer = number>(order: object): Promise<Answer> {
    const answer = answerOf<Answer>(this.#child);
    this.#child.send(order);
    return answer;
  }

  /** Ends it when it has cleaned up behind itself. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}

function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`A contender ended with code ${code}`));
    child.once("exit", failed);
    child.once("message", (message) => {
      child.off("exit", failed);
      resolve(message as Answer);
    });
  });
}
