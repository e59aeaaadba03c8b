package dev.sallyport.lab.trial;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was seen at a firewall.
 *
 * @param inside what went by between clients and firewall
 * @param outside the same between firewall and server
 * @param untranslated what connections were before the firewall translated their addresses, by what they were then, both ways
 * @param missed of what the host was too busy to see all, in a few words; empty where nothing is known to be missing
 */
record Seen(List<Drop> drops, List<Packet> inside, List<Packet> outside, Map<Flow, Flow> untranslated, String missed) {

    /** Whether this is a packet of a cell's, which has addresses of its own on one side of the firewall at least. */
    boolean belongs(TrialNetwork network, Cell cell, Packet packet) {
        Flow flow = Objects.requireNonNullElse(untranslated.get(packet.flow()), packet.flow());
        return network.belongs(cell, flow) || network.belongs(cell, packet.flow());
    }
}
