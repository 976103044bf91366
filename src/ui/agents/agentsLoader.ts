import type { Agents, AgentsHost } from '../../agents';
import type { Disposable } from '../../domain/ports';

/** Loads the bundle for agents when VS Code asks which MCP servers there are, or one of its other parts is first used. */
export class AgentsLoader implements Disposable {
	#agents: Promise<Agents> | undefined;

	constructor(private readonly host: AgentsHost) {}

	load(): Promise<Agents> {
		return (this.#agents ??= import('../../agents').then(({ composeAgents }) => composeAgents(this.host)));
	}

	dispose(): void {
		void this.#agents?.then((agents) => agents.dispose());
	}
}
