import type { Declaration } from "../../case.ts";
import { escapes, refused } from "../../escape.ts";

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
    {
      ...refused("partZero > r2_uploadPart", {
        type: "TypeError",
        message: "Part number must be between 1 and 10000 (inclusive). Actual value was: 0",
      }),
      attributes: {
        "error.type": "TypeError",
        "cloudflare.binding.type": "r2",
        "cloudflare.binding.name": "BUCKET",
        "cloudflare.r2.operation": "UploadPart",
        "cloudflare.r2.request.key": "whole",
        "cloudflare.r2.request.upload_id": "(some string)",
        "cloudflare.r2.request.part_number": 0,
        "cloudflare.r2.request.size": 1,
      },
    },
  ],
} satisfies Declaration;
