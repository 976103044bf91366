// The code that only a few commands need. It has a separate bundle, which keeps main.js small. Modules are duplicated between the two bundles,
// so only modules without state belong here, and none that throw a `ProblemError`, which main.js wouldn't recognize.
export { createDiagnostics } from './models/diagnostics';
export { createSampleRequests } from './models/sampleRequests';
export { placeAuthorization } from './requestFiles/authorizationPlacement';
export { createSnippet } from './requestFiles/codeSnippets';
export { addSeparators, formatEnvironmentHeader } from './requestFiles/environmentHeader';
export { formatRequestFile } from './requestFiles/newRequestFileText';
export { removeKeysFromHistory } from './requestFiles/replaceKeysInHistory';
export { formatVariableDefinitions } from './requestFiles/variableDefinitions';
export { searchFiles } from './storage/searchFiles';
export { filterIgnoredFiles, filterTrackedFiles } from './storage/trackedFiles';
