import { useEffect, useState } from 'preact/hooks';

const REFRESH_INTERVAL_MS = 60_000;

/** The current instant, renewed every minute so that words about it stay true. */
export function useNow(): Date {
	const [now, setNow] = useState(() => new Date());
	useEffect(() => {
		const timer = setInterval(() => setNow(new Date()), REFRESH_INTERVAL_MS);
		return () => clearInterval(timer);
	}, []);
	return now;
}
