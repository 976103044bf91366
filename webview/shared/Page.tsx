import * as l10n from '@vscode/l10n';
import { Component, type ComponentChildren, type VNode } from 'preact';
import { Locale } from './language';
import { Notice } from './Notice';

export interface PageProps {
	/** What `load` brought; undefined until then. */
	readonly language: { readonly locale: string; readonly texts: Record<string, string> } | undefined;
	/** Asks the host for what the page shows. */
	readonly load: () => Promise<void>;
	readonly children: ComponentChildren;
}

interface PageState {
	readonly failure: string | undefined;
}

/** The frame of every page: loads it, speaks the user's language, and shows what went wrong instead of a blank page. */
export class Page extends Component<PageProps, PageState> {
	override state: PageState = { failure: undefined };

	readonly #onStrayError = ({ message }: ErrorEvent) => this.setState({ failure: message });
	readonly #onStrayRejection = ({ reason }: PromiseRejectionEvent) => this.setState({ failure: textOf(reason) });

	override componentDidMount(): void {
		window.addEventListener('error', this.#onStrayError);
		window.addEventListener('unhandledrejection', this.#onStrayRejection);
		this.#load();
	}

	override componentWillUnmount(): void {
		window.removeEventListener('error', this.#onStrayError);
		window.removeEventListener('unhandledrejection', this.#onStrayRejection);
	}

	override componentDidCatch(error: unknown): void {
		this.setState({ failure: textOf(error) });
	}

	readonly #load = () => {
		this.setState({ failure: undefined });
		this.props.load().catch((error: unknown) => this.setState({ failure: textOf(error) }));
	};

	override render({ language, children }: PageProps, { failure }: PageState): VNode {
		if (language) {
			l10n.config({ contents: language.texts });
		}
		return (
			<main class="page">
				{failure !== undefined ? (
					<Notice alone title={l10n.t('This page cannot be shown.')} onRetry={this.#load}>
						<p>{failure}</p>
					</Notice>
				) : language ? (
					<Locale.Provider value={language.locale}>{children}</Locale.Provider>
				) : (
					<div role="status">
						<h1 class="loading">{l10n.t('Loading…')}</h1>
					</div>
				)}
			</main>
		);
	}
}

export function textOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
