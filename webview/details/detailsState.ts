import * as v from 'valibot';
import { replacementActionSchema, replacementExpirationSchema } from '../../src/protocol/detailsMessages';
import { usageOriginSchema, usagePeriodSchema } from './usagePeriods';

const tabs = ['general', 'statistics', 'permissions'] as const;
export type TabId = (typeof tabs)[number];

/** What the page saves while it's hidden. The host keeps what the user enters in an edit. */
export const detailsStateSchema = v.object({
	/** Lets the host find the token after the window is reloaded. */
	tokenId: v.string(),
	sourceId: v.optional(v.string()),
	tab: v.picklist(tabs),
	/** The period of the statistics. */
	period: v.optional(usagePeriodSchema, 'days30'),
	/** Whose responses the statistics show; omitted until the user has chosen. */
	origin: v.exactOptional(usageOriginSchema),
	isEditing: v.boolean(),
	/** The rotation or renewal in progress; null if there's none. */
	replacement: v.nullable(
		v.object({
			action: replacementActionSchema,
			expiration: replacementExpirationSchema,
			/** `updated.at` of the token when it was started. It doesn't apply to a token that has been changed since. */
			expected: v.string(),
		}),
	),
});
/** What the statistics show. */
export type StatisticsView = Pick<v.InferOutput<typeof detailsStateSchema>, 'period' | 'origin'>;
export type DetailsState = v.InferOutput<typeof detailsStateSchema>;
