// The bundle of texts that only people read, so that programs don't wait for it.
export { completion } from './completion';
export { createHelp, createOverview } from './help';
