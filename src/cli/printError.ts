/** Prints a text to the standard error. Folders, arguments, and platforms can contain characters that control a terminal, so those are replaced. */
export function printError(text: string): void {
	process.stderr.write(`${text.replace(/(?!\n)\p{Cc}/gu, '�')}\n`);
}
