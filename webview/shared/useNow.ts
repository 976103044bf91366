import { useEffect, useState } from 'preact/hooks';

const MINUTE = 60_000;

/** The current instant, renewed every minute so that words about it stay true. */
export function useNow(): Date {
	const [now, setNow] = useState(() => new Date());
	useEffect(() => {
		const timer = setInterval(() => setNow(new Date()), MINUTE);
		return () => clearInterval(timer);
	}, []);
	return now;
}
