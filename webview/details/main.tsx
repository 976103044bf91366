import '@vscode/codicons/dist/codicon.css';
import { render, type VNode } from 'preact';
import { useState } from 'preact/hooks';
import { detailsHost, detailsPage, type DetailsSnapshot } from '../../src/protocol/details';
import { connect } from '../shared/host';
import { Page } from '../shared/Page';
import '../shared/page.css';
import { Details } from './Details';
import './details.css';

function DetailsPage(): VNode {
	const [snapshot, setSnapshot] = useState<DetailsSnapshot>();
	const [peer] = useState(() =>
		connect(
			detailsPage,
			{
				show: (next) => {
					setSnapshot(next);
					return {};
				},
			},
			detailsHost,
		),
	);
	return (
		<Page language={snapshot?.language} load={async () => setSnapshot(await peer.ask('ready', {}))}>
			{snapshot && <Details peer={peer} snapshot={snapshot} />}
		</Page>
	);
}

render(<DetailsPage />, document.getElementById('root')!);
