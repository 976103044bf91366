import * as v from 'valibot';
import { languageSchema, modulesSchema, none, tokenSchema } from './shared';

const detailsSnapshotSchema = v.object({
	language: languageSchema,
	modules: modulesSchema,
	/** Stands for every module. */
	allModules: v.string(),
	/** The token as it is now; null once it has been deleted. */
	token: v.nullable(tokenSchema),
	/** What is shown in place of the key until the user asks to view it. */
	maskedKey: v.string(),
});
export type DetailsSnapshot = v.InferOutput<typeof detailsSnapshotSchema>;

const keySchema = v.union([
	/** The value of the `Authorization` header, plaintext. Shown, never kept in the page's state. */
	v.object({ authorization: v.string() }),
	/** Why there is none, in the user's language. */
	v.object({ unavailable: v.string() }),
]);

/** What the details page asks of the host. */
export const detailsHost = {
	/** The page has loaded: what it needs to draw itself. */
	ready: { params: none, result: detailsSnapshotSchema },
	/** The key in plain text, because the user pressed View. */
	viewKey: { params: none, result: keySchema },
	/** Puts the key on the clipboard, because the user pressed Copy; the page never sees it. */
	copyKey: { params: none, result: v.union([v.object({ copied: v.literal(true) }), v.object({ unavailable: v.string() })]) },
} as const;

/** What the host asks of the details page. */
export const detailsPage = {
	/** The token has changed; the snapshot is whole, never a difference. */
	show: { params: detailsSnapshotSchema, result: none },
} as const;
