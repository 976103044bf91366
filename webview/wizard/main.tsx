import '@vscode/codicons/dist/codicon.css';
import { render, type VNode } from 'preact';
import { useState } from 'preact/hooks';
import { wizardHost, wizardPage, type WizardSnapshot } from '../../src/protocol/wizard';
import { connect } from '../shared/host';
import { Page } from '../shared/Page';
import '../shared/page.css';
import { Wizard } from './Wizard';
import './wizard.css';

const peer = connect(wizardPage, {}, wizardHost);

function WizardPage(): VNode {
	const [snapshot, setSnapshot] = useState<WizardSnapshot>();
	const load = async () => {
		setSnapshot(await peer.ask('ready', {}));
	};
	return (
		<Page language={snapshot?.language} load={load}>
			{snapshot && <Wizard peer={peer} snapshot={snapshot} />}
		</Page>
	);
}

render(<WizardPage />, document.getElementById('root')!);
