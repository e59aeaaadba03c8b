package dev.sallyport.lab.trial;

import java.nio.file.Path;
import java.util.List;

/**
 * What is tried.
 *
 * @param contenders in the order of their columns
 * @param seconds after which a client has failed
 */
public record LabSettings(
        Topology topology,
        List<Contender> contenders,
        List<InstalledServer> servers,
        List<ClientProgram> clients,
        List<Family> families,
        String inside,
        String outside,
        int seconds) {

    /** A server program, and where it is. */
    public record InstalledServer(ServerProgram kind, Path program) {}

    TrialNetwork.Interfaces interfaces() {
        return new TrialNetwork.Interfaces(inside, outside);
    }
}
