import '@vscode/codicons/dist/codicon.css';
import { render, type VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { detailsHost, detailsPage, type Beginning, type DetailsSnapshot, type Usage } from '../../src/protocol/details';
import { connect } from '../shared/host';
import { Page } from '../shared/Page';
import '../shared/page.css';
import { Details } from './Details';
import './details.css';
import './statistics.css';

function DetailsPage(): VNode {
	const [snapshot, setSnapshot] = useState<DetailsSnapshot>();
	const [toBegin, setToBegin] = useState<{ readonly what: Beginning } | null>(null);
	const [usage, setUsage] = useState<Usage>();
	const shown = useRef({ snapshots: 0, usages: 0 });
	const [peer] = useState(() =>
		connect(
			detailsPage,
			{
				show: (next) => {
					shown.current.snapshots++;
					setSnapshot(next);
					return {};
				},
				showUsage: (next) => {
					shown.current.usages++;
					setUsage(next);
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
		const before = { ...shown.current };
		const answer = await peer.ask('ready', {});
		setToBegin(answer.begin && { what: answer.begin });
		// A change that came in meanwhile is newer than what the answer was made from.
		if (shown.current.snapshots === before.snapshots) {
			setSnapshot(answer.snapshot);
		}
		if (shown.current.usages === before.usages) {
			setUsage(answer.usage);
		}
	};
	return (
		<Page language={snapshot?.language} load={load}>
			{snapshot && usage && <Details peer={peer} snapshot={snapshot} usage={usage} toBegin={toBegin} />}
		</Page>
	);
}

render(<DetailsPage />, document.getElementById('root')!);
