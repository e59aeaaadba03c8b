package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes networks, holds trials in them, and takes everything away again, also when this program is ended by a signal. */
public final class Lab {

    /** Where a user can be left to try by hand. */
    public enum Seat {
        CLIENT,
        GATEWAY,
        SERVER;

        @Override
        public String toString() {
            return Cell.lower(this);
        }
    }

    /** Hears how far it is. */
    @FunctionalInterface
    public interface Progress {
        void done(int visits, int all);
    }

    /** More would slow down each other until what works looks as if it did not. */
    private static final int AT_ONCE = 6;

    private Lab() {}

    /** Holds every trial, each in a network of its own. */
    public static List<Trial> run(LabSettings settings, Progress progress) throws LabFailure {
        int all = settings.contenders().size() * settings.servers().size() * Cell.all(settings.clients(), settings.families()).size();
        AtomicInteger visits = new AtomicInteger();
        progress.done(0, all);
        try (Children children = new Children("lab")) {
            List<Trial.Step<Trial>> trials = new ArrayList<>();
            for (Contender contender : settings.contenders()) {
                for (LabSettings.InstalledServer server : settings.servers()) {
                    String id = "%d-%s-%s".formatted(trials.size(), contender.name(), server.kind());
                    trials.add(() -> Trial.hold(
                            children, settings, contender, server, id, () -> progress.done(visits.incrementAndGet(), all)));
                }
            }
            return Trial.together(AT_ONCE, trials);
        } finally {
            progress.done(all, all);
        }
    }

    /** Leaves the user in a network, with the first contender and the first server, until the shell ends. @return its exit code */
    public static int shell(LabSettings settings, Seat seat, Consumer<String> say) throws LabFailure {
        try (Children children = new Children("lab")) {
            Contender contender = settings.contenders().getFirst();
            LabSettings.InstalledServer server = settings.servers().getFirst();
            TrialNetwork network = TrialNetwork.open(children, settings, 1);
            LabServer.start(children, network, server, children.file("shell"));
            var leftOut = contender.install(children, network, "shell");
            if (leftOut.isPresent()) {
                throw LabFailure.beforeStart(leftOut.get());
            }
            Observer.install(network);
            Address called = network.called(0);
            String urls = settings.families().stream().map(family -> "ftp://" + called.urlHost(family) + "/")
                    .collect(Collectors.joining(" and "));
            say.accept("This is the %s. Clients call %s; the server is %s at %s, the client %s."
                    .formatted(seat, urls, server.kind(), network.server(0).four(), TrialNetwork.client(0).four()));
            say.accept("\"nft monitor trace\" on the gateway shows each packet's way through the rules. \"exit\" removes everything.");
            Place place = switch (seat) {
                case CLIENT -> network.client;
                case GATEWAY -> network.gateway;
                case SERVER -> network.server;
            };
            String shell = Objects.requireNonNullElse(System.getenv("SHELL"), "/bin/sh");
            Child child = children.startAtTerminal("shell", place.command(List.of(shell)));
            return child.process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }
}
