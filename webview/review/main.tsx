import '@vscode/codicons/dist/codicon.css';
import { render, type VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { PageLanguage } from '../../src/protocol/messageSchemas';
import { reviewHostMethods, reviewPageMethods, type Review } from '../../src/protocol/reviewMessages';
import { connectToHost } from '../shared/hostConnection';
import { PageFrame } from '../shared/PageFrame';
import '../shared/page.css';
import '../shared/checkbox.css';
import '../shared/menu.css';
import type { Progress } from './useReview';
import { ReviewView } from './ReviewView';
import './review.css';

function ReviewPage(): VNode {
	const [language, setLanguage] = useState<PageLanguage>();
	const [review, setReview] = useState<Review>();
	const [progress, setProgress] = useState<Progress>();
	const receivedReviews = useRef(0);
	const [peer] = useState(() =>
		connectToHost(
			reviewPageMethods,
			{
				show: (next) => {
					receivedReviews.current++;
					setReview(next);
					return {};
				},
				showProgress: (next) => {
					setProgress(next);
					return {};
				},
			},
			reviewHostMethods,
		),
	);
	const load = async () => {
		const reviewsBefore = receivedReviews.current;
		const response = await peer.request('ready', {});
		setLanguage(response.language);
		// An update received while waiting is newer than the response.
		if (receivedReviews.current === reviewsBefore) {
			setReview(response.review);
		}
	};
	return (
		<PageFrame language={language} load={load}>
			{review && <ReviewView peer={peer} review={review} progress={progress} />}
		</PageFrame>
	);
}

render(<ReviewPage />, document.getElementById('root')!);
