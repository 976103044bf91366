import '@vscode/codicons/dist/codicon.css';
import { render, type VNode } from 'preact';
import { useState } from 'preact/hooks';
import { wizardHostMethods, wizardPageMethods, type WizardSnapshot } from '../../src/protocol/wizardMessages';
import { connectToHost } from '../shared/hostConnection';
import { PageFrame } from '../shared/PageFrame';
import '../shared/page.css';
import '../shared/checkbox.css';
import '../shared/modulePicker.css';
import '../shared/requestRules.css';
import { Wizard } from './Wizard';
import './wizard.css';

const peer = connectToHost(wizardPageMethods, {}, wizardHostMethods);

function WizardPage(): VNode {
	const [snapshot, setSnapshot] = useState<WizardSnapshot>();
	const load = async () => {
		// After an unexpected error, the wizard starts again with what the host has kept.
		setSnapshot(undefined);
		setSnapshot(await peer.request('ready', {}));
	};
	return (
		<PageFrame language={snapshot?.language} load={load}>
			{snapshot && <Wizard peer={peer} snapshot={snapshot} />}
		</PageFrame>
	);
}

render(<WizardPage />, document.getElementById('root')!);
