package dev.sallyport.proxy;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.SharedPorts;
import dev.sallyport.datapath.SplitDataPath;
import dev.sallyport.datapath.kernel.KernelDataPath;
import dev.sallyport.datapath.relay.RelayDataPath;
import dev.sallyport.datapath.relay.RelaySettings;
import dev.sallyport.datapath.relay.RelaySettings.Placement;
import dev.sallyport.proxy.GatewaySettings.Carrier;

/** What carries a gateway's data connections. */
final class DataCarriers {

    private DataCarriers() {}

    /** The kernel, and beside it a relay where data connections may have TLS that the gateway ends. */
    static DataPath with(KernelDataPath kernel, GatewaySettings settings, EventLoops loops) {
        return settings.relays() ? new SplitDataPath(kernel, relay(settings, loops, kernel)) : kernel;
    }

    /** @param shared what it agrees about with the gateway's other data path */
    static RelayDataPath relay(GatewaySettings settings, EventLoops loops, SharedPorts shared) {
        var timeouts = settings.timeouts();
        var interception = settings.interception();
        var placement = switch (interception.kind()) {
            case NONE -> Placement.HERE;
            case REDIRECT -> Placement.REDIRECTED;
            case TPROXY -> settings.carrier() == Carrier.RELAY ? Placement.TRANSPARENT : Placement.EVERYWHERE;
        };
        return new RelayDataPath(
                loops.kind(),
                new RelaySettings(
                        placement, interception.everyPort(), interception.ownMark(), settings.dataPorts(), settings.serverDataPorts(),
                        timeouts.portWait(), timeouts.portLinger(), timeouts.connect(), timeouts.dataIdle()),
                shared);
    }
}
