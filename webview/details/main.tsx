import '@vscode/codicons/dist/codicon.css';
import { render, type VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { detailsHost, detailsPage, type Beginning, type DetailsSnapshot } from '../../src/protocol/details';
import { connect } from '../shared/host';
import { Page } from '../shared/Page';
import '../shared/page.css';
import { Details } from './Details';
import './details.css';

function DetailsPage(): VNode {
	const [snapshot, setSnapshot] = useState<DetailsSnapshot>();
	const [toBegin, setToBegin] = useState<{ readonly what: Beginning } | null>(null);
	const shown = useRef(0);
	const [peer] = useState(() =>
		connect(
			detailsPage,
			{
				show: (next) => {
					shown.current++;
					setSnapshot(next);
					return {};
				},
				begin: (beginning) => {
					setToBegin(beginning);
					return {};
				},
			},
			detailsHost,
		),
	);
	const load = async () => {
		const before = shown.current;
		const answer = await peer.ask('ready', {});
		setToBegin(answer.begin && { what: answer.begin });
		// A change that came in meanwhile is newer than what the answer was made from.
		if (shown.current === before) {
			setSnapshot(answer.snapshot);
		}
	};
	return (
		<Page language={snapshot?.language} load={load}>
			{snapshot && <Details peer={peer} snapshot={snapshot} toBegin={toBegin} />}
		</Page>
	);
}

render(<DetailsPage />, document.getElementById('root')!);
