import type { Declaration } from "../../case.ts";
import { escapes } from "../../escape.ts";

const gone = (span: string, operation: string) =>
  escapes(span, {
    type: "Error",
    message: `${operation}: The specified multipart upload does not exist. (10024)`,
  });

export default {
  bindings: { r2: ["BUCKET"] },
  beyond: [
    gone("afterAbort > r2_uploadPart", "uploadPart"),
    gone("completeAborted > r2_completeMultipartUpload", "completeMultipartUpload"),
    gone("unknown > r2_uploadPart", "uploadPart"),
  ],
} satisfies Declaration;
