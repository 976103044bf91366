import * as l10n from '@vscode/l10n';
import { Component, type ComponentChildren, type VNode } from 'preact';
import { LocaleContext } from './localeFormats';
import { Notice } from './Notice';

export interface PageFrameProps {
	/** What `load` brought; undefined until then. */
	readonly language: { readonly locale: string; readonly texts: Record<string, string> } | undefined;
	/** Asks the host for what the page shows. */
	readonly load: () => Promise<void>;
	readonly children: ComponentChildren;
}

interface PageFrameState {
	readonly failure: string | undefined;
}

/** The frame of every page: loads it, speaks the user's language, and shows what went wrong instead of a blank page. */
export class PageFrame extends Component<PageFrameProps, PageFrameState> {
	override state: PageFrameState = { failure: undefined };

	readonly #onUnhandledError = ({ message }: ErrorEvent) => this.setState({ failure: message });
	readonly #onUnhandledRejection = ({ reason }: PromiseRejectionEvent) => this.setState({ failure: errorMessage(reason) });

	override componentDidMount(): void {
		window.addEventListener('error', this.#onUnhandledError);
		window.addEventListener('unhandledrejection', this.#onUnhandledRejection);
		this.#load();
	}

	override componentWillUnmount(): void {
		window.removeEventListener('error', this.#onUnhandledError);
		window.removeEventListener('unhandledrejection', this.#onUnhandledRejection);
	}

	override componentDidCatch(error: unknown): void {
		this.setState({ failure: errorMessage(error) });
	}

	readonly #load = () => {
		this.setState({ failure: undefined });
		this.props.load().catch((error: unknown) => this.setState({ failure: errorMessage(error) }));
	};

	override render({ language, children }: PageFrameProps, { failure }: PageFrameState): VNode {
		if (language) {
			l10n.config({ contents: language.texts });
		}
		return (
			<main class="page">
				{failure !== undefined ? (
					<Notice isPageTitle title={l10n.t("Couldn't load this page.")} onRetry={this.#load}>
						<p>{failure}</p>
					</Notice>
				) : language ? (
					<LocaleContext.Provider value={language.locale}>{children}</LocaleContext.Provider>
				) : (
					<div role="status">
						<h1 class="loading">{l10n.t('Loading…')}</h1>
					</div>
				)}
			</main>
		);
	}
}

export function errorMessage(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
