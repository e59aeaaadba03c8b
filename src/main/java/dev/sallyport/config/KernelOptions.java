package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.datapath.kernel.FirewallSettings.OnStop;
import dev.sallyport.datapath.kernel.PacketMark;
import dev.sallyport.datapath.kernel.PolicyRoutes;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Wall;

/**
 * What the gateways of a process share in the kernel.
 *
 * @param wall what becomes of forwarded connections that no pinhole waits for
 * @param setSize the most elements of each set, positive
 * @param onStop what becomes of the table when the process ends in order
 * @param interceptMark on packets that are delivered to this host although they are addressed to another
 * @param ownMark on the sockets that have addresses of other hosts
 * @param routingTable the number of a routing table that nobody else uses
 */
public record KernelOptions(
        Wall wall, int setSize, OnStop onStop, PacketMark interceptMark, PacketMark ownMark, int routingTable) {

    public static final KernelOptions DEFAULT = new KernelOptions(
            Wall.CLOSED, RulesetSettings.DEFAULT_SET_SIZE, OnStop.REMOVE, RulesetSettings.DEFAULT_INTERCEPT_MARK,
            RulesetSettings.DEFAULT_OWN_MARK, PolicyRoutes.DEFAULT_TABLE);

    static KernelOptions read(Section section, Problems problems) {
        var wall = section.value("wall", Form.oneOf(Wall.class), DEFAULT.wall);
        var setSize = section.value("setSize", Form.integer(16, 16_000_000), DEFAULT.setSize);
        var onStop = section.value("onStop", Form.oneOf(OnStop.class), DEFAULT.onStop);
        var interceptMark = section.optional("interceptMark", Forms.MARK);
        var ownMark = section.optional("ownMark", Forms.MARK);
        var routingTable = section.value("routingTable", Forms.ROUTING_TABLE, DEFAULT.routingTable);
        section.end();
        var intercept = interceptMark == null ? DEFAULT.interceptMark : interceptMark.value();
        var own = ownMark == null ? DEFAULT.ownMark : ownMark.value();
        var told = ownMark == null ? interceptMark : ownMark;
        if (told != null && own.overlaps(intercept)) {
            problems.add(told.node(), told.path(), "interceptMark " + intercept + " and ownMark " + own
                    + " share bits: write a mark without them.");
        }
        return new KernelOptions(wall, setSize, onStop, intercept, own, routingTable);
    }
}
