package dev.sallyport.cli;

import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.proxy.SourceAddress;
import dev.sallyport.telemetry.GaugeCollector;
import dev.sallyport.telemetry.LivePinhole;
import dev.sallyport.telemetry.LiveSessions;
import dev.sallyport.telemetry.LogQueue;
import dev.sallyport.telemetry.Meter;
import dev.sallyport.telemetry.Metrics;
import dev.sallyport.telemetry.RuleCollector;
import dev.sallyport.telemetry.Word;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is measured of the process and its gateways, beside what their sessions tell. */
final class ProcessMeters {

    private final Metrics metrics;
    private final LiveSessions live;
    private final List<Range> ranges = new CopyOnWriteArrayList<>();

    /** @param holds which of its pinholes hold one of its ports */
    private record Range(String gateway, Side side, PortRange ports, Predicate<LivePinhole> holds) {
        boolean of(LivePinhole pinhole) {
            return pinhole.connects() == side && pinhole.gateway().equals(gateway) && ports.contains(pinhole.told().port())
                    && holds.test(pinhole);
        }

        List<String> tags() {
            return List.of(gateway, Word.of(side));
        }
    }

    private record Holder(Range range, InetAddress address) {}

    ProcessMeters(Metrics metrics, LiveSessions live) {
        this.metrics = metrics;
        this.live = live;
    }

    void observe(EventLoops loops, RunningRules rules, RunningTls tls) {
        var lag = metrics.distribution(Meter.EVENT_LOOP_LAG);
        loops.watchLag(lag::seconds);
        metrics.count(Meter.LOG_LINES_DROPPED, LogQueue::dropped);
        metrics.count(Meter.RULES_RELOADED, rules::taken, "taken");
        metrics.count(Meter.RULES_RELOADED, rules::refused, "refused");
        metrics.expose(new RuleCollector(rules::decided));
        metrics.expose(new GaugeCollector(Meter.TLS_CERTIFICATE_EXPIRY, tls::expiries));
        metrics.expose(new GaugeCollector(Meter.DATA_PORTS_BUSIEST, this::busiest));
    }

    /**
     * Where the kernel carries all data, who is told the address of the other peer itself is told its port too, and none of a range.
     *
     * @param ready whether its clients can be served
     */
    void observe(GatewaySettings settings, Gateway gateway, BooleanSupplier ready) {
        var name = settings.name();
        metrics.gauge(Meter.GATEWAY_READY, () -> ready.getAsBoolean() ? 1 : 0, name);
        metrics.gauge(Meter.SESSIONS_LIMIT, () -> settings.limits().sessions(), name);
        metrics.count(Meter.DATA_PORT_WAITS, gateway.dataPath()::waits, name);
        if (settings.relays() || !(settings.server() instanceof ServerChoice.Original)) {
            // A relay's port is free for the client's next as soon as the connection is accepted there.
            ports(name, Side.CLIENT, settings.dataPorts(), pinhole -> !relayed(settings, pinhole) || !pinhole.used());
        }
        if (settings.relays() || !(settings.serverSees() instanceof SourceAddress.OfClient)) {
            ports(name, Side.SERVER, settings.serverDataPorts(), pinhole -> true);
        }
    }

    private static boolean relayed(GatewaySettings settings, LivePinhole pinhole) {
        return settings.carrier() == Carrier.RELAY || pinhole.protection().any();
    }

    private void ports(String gateway, Side side, PortRange range, Predicate<LivePinhole> holds) {
        metrics.gauge(Meter.DATA_PORTS, range::size, gateway, Word.of(side));
        ranges.add(new Range(gateway, side, range, holds));
    }

    /** A range serves all addresses at once: what one address holds of it is what may run out. */
    private Map<List<String>, Long> busiest() {
        var held = live.anyPinholes()
                .flatMap(pinhole -> ranges.stream().filter(range -> range.of(pinhole)).map(range -> new Holder(range, pinhole.from())))
                .collect(Collectors.groupingBy(holder -> holder, Collectors.counting()));
        var most = new HashMap<List<String>, Long>();
        ranges.forEach(range -> most.put(range.tags(), 0L));
        held.forEach((holder, count) -> most.merge(holder.range().tags(), count, Math::max));
        return most;
    }
}
