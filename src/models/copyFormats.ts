import * as l10n from '@vscode/l10n';

/** What *Copy As* can copy. */
export type CopyFormat = 'header' | 'curl' | 'curlPowerShell' | 'curlCmd' | 'fetch' | 'python' | 'csharp' | 'go' | 'java' | 'php' | 'sdk';

/** Label and description of a format in lists. */
export function copyFormatLabel(format: CopyFormat): { readonly label: string; readonly description: string } {
	switch (format) {
		case 'header':
			return { label: l10n.t('Header'), description: l10n.t('Reference for request files') };
		case 'curl':
			return { label: 'cURL', description: l10n.t('Terminal command') };
		case 'curlPowerShell':
			return { label: 'cURL (PowerShell)', description: l10n.t('Terminal command') };
		case 'curlCmd':
			return { label: 'cURL (cmd)', description: l10n.t('Terminal command') };
		case 'fetch':
			return { label: 'fetch', description: 'JavaScript' };
		case 'python':
			return { label: 'requests', description: 'Python' };
		case 'csharp':
			return { label: 'HttpClient', description: 'C#' };
		case 'go':
			return { label: 'net/http', description: 'Go' };
		case 'java':
			return { label: 'HttpClient', description: 'Java' };
		case 'php':
			return { label: 'file_get_contents', description: 'PHP' };
		case 'sdk':
			return { label: 'Connect SDK', description: 'JavaScript' };
	}
}
