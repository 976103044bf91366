import * as l10n from '@vscode/l10n';
import { Component, type ComponentChildren, type VNode } from 'preact';
import { setLanguage } from '../../src/models/localization';
import type { PageLanguage } from '../../src/protocol/messageSchemas';
import { limitEditMenu } from './editMenu';
import { Notice } from './Notice';
import { errorMessage } from './requestFailure';

export interface PageFrameProps {
	/** Undefined until `load` has resolved. */
	readonly language: PageLanguage | undefined;
	/** Requests what the page shows from the host. */
	readonly load: () => Promise<void>;
	readonly children: ComponentChildren;
}

interface PageFrameState {
	readonly failure: string | undefined;
}

/** The frame of every page. Loads the page, sets its language, and shows unexpected errors in place of a blank page. */
export class PageFrame extends Component<PageFrameProps, PageFrameState> {
	override state: PageFrameState = { failure: undefined };

	readonly #onUnhandledError = ({ message }: ErrorEvent) => this.setState({ failure: message });
	readonly #onUnhandledRejection = ({ reason }: PromiseRejectionEvent) => this.setState({ failure: errorMessage(reason) });

	#allowEditMenu: (() => void) | undefined;

	override componentDidMount(): void {
		this.#allowEditMenu = limitEditMenu();
		window.addEventListener('error', this.#onUnhandledError);
		window.addEventListener('unhandledrejection', this.#onUnhandledRejection);
		this.#load();
	}

	override componentWillUnmount(): void {
		this.#allowEditMenu?.();
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
			setLanguage(language.locale, language.texts);
		}
		return (
			<main class="page">
				{failure !== undefined ? (
					<Notice isPageTitle title={l10n.t("Couldn't load this page.")} onRetry={this.#load}>
						<p>{failure}</p>
					</Notice>
				) : language ? (
					children
				) : (
					<div role="status">
						<h1 class="loading">{l10n.t('Loading…')}</h1>
					</div>
				)}
			</main>
		);
	}
}
