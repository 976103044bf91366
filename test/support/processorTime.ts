/**
 * Starts to measure the processor time of this process, which doesn't depend on what else runs on the machine.
 * @returns a function that returns the time until now, in milliseconds
 */
export function measureProcessorTime(): () => number {
	const start = process.cpuUsage();
	return () => {
		const { user, system } = process.cpuUsage(start);
		return (user + system) / 1000;
	};
}
