/** Longer documents, in UTF-16 units, are treated as data, not as text that someone edits. */
export const MAX_DOCUMENT_LENGTH = 5_000_000;
