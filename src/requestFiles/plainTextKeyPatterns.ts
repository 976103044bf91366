/*
 * The texts that carry API keys. Each repetition in these patterns is limited, or can match a text in only one way, so that matching takes
 * linear time.
 */

/** Length of a secret, which is at the end of what matches. */
export const SECRET_LENGTH = 40;
const SECRET = `[0-9a-f]{${SECRET_LENGTH}}(?![0-9a-z])`;
/** A character of a string (`\u0022`, `\x22`), URL (`%22`), or XML document (`&quot;`). */
const ESCAPED = '\\\\u[\\da-f]{4}|\\\\x[\\da-f]{2}|%[\\da-f]{2}|&(?:#x?)?\\w{2,6};';
const COLON = '\\\\?:|\\\\u003a|\\\\x3a|%3a|&#58;';
const SPACE = '\\\\?[ \\t]|\\\\u0020|%20|\\+';

/**
 * Start of a word, including after an escape, which ends in a letter or digit, an option that's attached to its value (`-uSU-…`), and a
 * shell variable with a default (`${KEY-SU-…}`). A hyphen or underscore starts a word only if it isn't in one: `-SU-…` in a patch.
 */
const WORD_START = `(?:(?<![a-z\\d][-_]{0,3})|(?<=\\\\[bfnrtv]|${ESCAPED}|\\s-[a-z]{0,9}u|\\$\\{\\w{1,99}-))`;

/** What's between a name and its value in code, data, and tables: punctuation, escapes, tags, prefixes of strings, and names of fields. */
const GAP = [
	'[\\s"\'`,;:=>(){}\\[\\]|]',
	// Also in front of an escaped quote. Letters after it can't be a prefix as well.
	'\\\\[nrt]?',
	ESCAPED,
	'</?[\\w.:-]{1,40}>',
	'-(?=\\s)',
	'(?<!\\\\)[bfru](?=["\'])',
	'(?:value|secret|key|token|password|string)(?![a-z\\d])',
].join('|');
/** Text above or beside a hash, such as in a list of commits, isn't its name. */
const NOT_ONLY_SPACE = '(?![ \\r\\n]+[\\da-f])';

/** A key with its token's ID and optional scheme, or an ID and a secret as separate values. The lookahead makes it several times faster. */
const KEY_WITH_ID = `(?=ApiKey|SU-)${WORD_START}(?<scheme>ApiKey(?:${SPACE})+)?(?<id>SU(?:-\\d{3}){3,})(?:(?:${COLON})|${NOT_ONLY_SPACE}(?<gap>(?:${GAP}){1,120}))${SECRET}`;
/** A secret without an ID, in the header for the platform's extensions or in a value named like the platform's cookie. */
const KEY_WITHOUT_ID = `(?<carrier>(?:X[-_]Connect[-_]Installation[-_]Api[-_]Key${NOT_ONLY_SPACE}|(?<cookie>\\bapi_key))(?:${GAP}){1,120})${SECRET}`;

/** What's between a value and its name below it in JSON, XML attributes, and YAML: the end of the value, other simple fields, and the start of the name. */
const FIELD = '(?:\\\\?["\'])?\\w{1,20}(?:\\\\?["\'])?\\s{0,9}[:=]\\s{0,9}';
const OTHER_FIELD = `${FIELD}(?:\\\\?["'][^"'\\\\{}<>\\r\\n]{0,80}\\\\?["']|\\w{1,20}),?\\s{1,40}|${FIELD}(?:\\\\?"[^"\\\\{}\\r\\n]{0,80}\\\\?"|\\w{1,20}),`;
const NAME_FIELD = '(?:\\\\?["\'])?(?:name|key|header)(?:\\\\?["\'])?\\s{0,9}[:=]\\s{0,9}(?:\\\\?["\'])?';
const NAME_BELOW = `(?:\\\\?["'])?,?(?:\\s|\\\\n){0,40}(?:${OTHER_FIELD}){0,4}${NAME_FIELD}`;

/** Matches a secret whose name or whose key's ID follows in the same object. */
export const NAME_BELOW_PATTERN = new RegExp(
	`(?<![\\da-z])[\\da-f]{${SECRET_LENGTH}}(?=${NAME_BELOW}(?<name>X[-_]Connect[-_]Installation[-_]Api[-_]Key|(?:ApiKey\\s+)?(?<id>SU(?:-\\d{3}){3,})(?![-\\d:])))`,
	'dgi',
);

/** Matches every API key, but also other vendors' `api_key`, which is in the group `cookie`. */
export const KEY_PATTERN = new RegExp(`${KEY_WITH_ID}|${KEY_WITHOUT_ID}`, 'gi');

/** How far from its value a cookie is recognized, in UTF-16 units. */
const MAX_COOKIE_CONTEXT = 300;
/** A cookie header or variable in the same line, a list of cookies or headers in JSON, cURL's option, or a line of a cookie file. */
const COOKIE_CONTEXT = /cookie[^\n]*$|cookies?\\?["'](?:[\s"':,[\]{}\\]|name|value)*[^\n]*$|\s-b[^\n]*$|\d\t$/i;

/** Returns whether the name at `index` is that of a cookie. */
export function isCookieContext(text: string, index: number): boolean {
	return COOKIE_CONTEXT.test(text.slice(Math.max(index - MAX_COOKIE_CONTEXT, 0), index));
}
