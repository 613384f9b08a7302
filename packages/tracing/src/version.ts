// The version that telemetry names as its maker's; the release script keeps it equal to package.json's.

export const VERSION = "0.1.0";
