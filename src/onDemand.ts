// The code that only a few commands need. It has a separate bundle, which keeps main.js small. Modules are duplicated between the two bundles,
// so only modules without state belong here (except the language, which is set again), and none that throw a `ProblemError`, which main.js
// wouldn't recognize.
export { askUntilRead } from './broker/askUntilRead';
export { findClientProgram } from './gateway/clientProgram';
export { AdoptionFlow } from './models/adoptionFlow';
export { Approvals } from './models/approvals';
export { approvalButtons, approvalQuestionText, lateAnswerText, silencedTokenText } from './models/approvalTexts';
export { filterTokens, sortTokens } from './models/arrangementPrompts';
export { createDraftSteps } from './models/draftSteps';
export { createImportStep } from './models/importSteps';
export { runMultiStepInput } from './models/multiStepInput';
export { exportedTokenItems, importedTokensText, parseExportedTokens } from './models/exportedTokens';
export { addModules, importedModuleItems, importedModulesText } from './models/importedModuleItems';
export { grantAccess } from './models/grantAccess';
export { createDiagnostics } from './models/diagnostics';
export { promptForDuplicate } from './models/duplicateToken';
export { createKeyAccessItems } from './models/keyAccessItems';
export {
	claimDeniedReductions,
	deniedReductionText,
	findReduction,
	reducePermissions,
	restorePermissions,
} from './models/reducePermissions';
export { setLanguage } from './models/localization';
export { ReviewPage } from './models/reviewPage';
export { isSecretStorageVolatile } from './models/secretStorageCheck';
export { createUpstreamItems } from './models/upstreamChoices';
export { chooseTerminalShell } from './models/terminalShell';
export { createSampleRequests } from './models/sampleRequests';
export { chooseTestRequest, describeTestFailure, describeTestResponse } from './models/tokenTest';
export { usageLines, usePickItems, usesTitle } from './models/tokenUseTexts';
export { placeAuthorization } from './requestFiles/authorizationPlacement';
export { createSnippet } from './requestFiles/codeSnippets';
export { addSeparators, formatEnvironmentHeader } from './requestFiles/environmentHeader';
export { getConfigurationFileKind } from './requestFiles/configurationValues';
export { createReferenceReplacement, findFileReferences, formatReferenceTo } from './requestFiles/fileReferences';
export { formatRequestFile } from './requestFiles/newRequestFileText';
export { removeKeysFromHistory } from './requestFiles/replaceKeysInHistory';
export { findTokenUses } from './requestFiles/tokenUses';
export { formatVariableDefinitions } from './requestFiles/variableDefinitions';
export { ReductionFile } from './storage/reductionFile';
export { searchFiles } from './storage/searchFiles';
export { filterIgnoredFiles, filterTrackedFiles } from './storage/trackedFiles';
