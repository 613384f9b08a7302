// The classes of JavaScript RPC. Targets are plain objects until they cross to another Worker, which they cannot here;
// stubs are made by workerd alone.
import { illegalConstructor, unsupported } from "./unsupported.ts";

export abstract class RpcTarget {}

/** @throws UnsupportedError always. */
export class RpcStub {
  constructor(_target: unknown) {
    throw unsupported(
      "new RpcStub()",
      "A stub is a reference between isolates, and this runtime has one.",
      "Call the object itself, or run the Worker with `enterspan dev`.",
    );
  }
}

/** @throws TypeError always, as on workerd. */
export class RpcPromise {
  constructor() {
    throw illegalConstructor();
  }
}

/** @throws TypeError always, as on workerd. */
export class RpcProperty {
  constructor() {
    throw illegalConstructor();
  }
}

/** @throws TypeError always, as on workerd. */
export class ServiceStub {
  constructor() {
    throw illegalConstructor();
  }
}
