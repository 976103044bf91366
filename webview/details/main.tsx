import '@vscode/codicons/dist/codicon.css';
import { render, type VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import {
	detailsHostMethods,
	detailsPageMethods,
	type InitialAction,
	type DetailsSnapshot,
	type SavedEdit,
	type UsageSnapshot,
} from '../../src/protocol/detailsMessages';
import { connectToHost } from '../shared/hostConnection';
import { PageFrame } from '../shared/PageFrame';
import '../shared/page.css';
import '../shared/checkbox.css';
import '../shared/menu.css';
import '../shared/modulePicker.css';
import '../shared/requestRules.css';
import { Details } from './Details';
import './details.css';
import './statistics.css';

function DetailsPage(): VNode {
	const [snapshot, setSnapshot] = useState<DetailsSnapshot>();
	const [initialAction, setInitialAction] = useState<{ readonly action: InitialAction } | null>(null);
	const [usage, setUsage] = useState<UsageSnapshot>();
	const [keyClearCount, setKeyClearCount] = useState(0);
	const [savedEdit, setSavedEdit] = useState<SavedEdit | null>();
	const receivedUpdates = useRef({ snapshots: 0, usages: 0 });
	const [peer] = useState(() =>
		connectToHost(
			detailsPageMethods,
			{
				show: (next) => {
					receivedUpdates.current.snapshots++;
					setSnapshot(next);
					return {};
				},
				showUsage: (next) => {
					receivedUpdates.current.usages++;
					setUsage(next);
					return {};
				},
				showKeyCleared: () => {
					setKeyClearCount((count) => count + 1);
					return {};
				},
				startAction: (action) => {
					setInitialAction(action);
					return {};
				},
			},
			detailsHostMethods,
		),
	);
	const load = async () => {
		// After an unexpected error, the page starts again with what the host has kept.
		setSavedEdit(undefined);
		const updatesBefore = { ...receivedUpdates.current };
		const response = await peer.request('ready', {});
		setInitialAction(response.initialAction && { action: response.initialAction });
		setSavedEdit(response.edit);
		// An update received while waiting is newer than the response.
		if (receivedUpdates.current.snapshots === updatesBefore.snapshots) {
			setSnapshot(response.snapshot);
		}
		if (receivedUpdates.current.usages === updatesBefore.usages) {
			setUsage(response.usage);
		}
	};
	return (
		<PageFrame language={snapshot?.language} load={load}>
			{snapshot && usage && savedEdit !== undefined && (
				<Details
					peer={peer}
					snapshot={snapshot}
					usage={usage}
					keyClearCount={keyClearCount}
					initialAction={initialAction}
					savedEdit={savedEdit}
				/>
			)}
		</PageFrame>
	);
}

render(<DetailsPage />, document.getElementById('root')!);
