// The code that only a few commands need. It has a separate bundle, which keeps main.js small. Modules are duplicated between the two bundles,
// so only modules without state belong here, and none that throw a `ProblemError`, which main.js wouldn't recognize.
export { createDiagnostics } from './models/diagnostics';
export { searchFiles } from './storage/searchFiles';
export { filterIgnoredFiles, filterTrackedFiles } from './storage/trackedFiles';
