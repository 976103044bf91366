// What only a few commands need: a bundle of its own, so that main.js doesn't contain it. Modules are duplicated between the two bundles,
// so only modules without state belong here, and none that throw a `ProblemError`, which main.js wouldn't recognize.
export { createDiagnostics } from './models/diagnostics';
export { searchFiles } from './storage/searchFiles';
export { filterTrackedFiles } from './storage/trackedFiles';
