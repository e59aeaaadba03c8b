package dev.sallyport.rules;

import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Verb;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command must be to be met: all fields together, any entry of each. An empty list or set, and null, is true of
 * every command.
 *
 * @param from the client's networks
 * @param to the networks of the server's end of the control connection
 * @param gateways names of gateways
 * @param users names of users; of nobody it is false
 * @param loggedIn whether a login is complete
 * @param verbs commands, groups expanded
 * @param paths of the resolved path; of a command that takes none it is false
 * @param arguments of the whole argument, letters in any case; of a secret one it is false
 * @param directions of a transfer; of any other command it is false
 * @param tls how the command came
 * @param subjects of the certificate that the client has shown, as in RFC 2253; without one it is false
 * @param modes of a setup command itself, or of the connection a transfer uses; of any other command it is false
 * @param times of the wall clock in the set's zone
 * @param dataTo the third party that an active command, or a reply to a passive one, names; false when it names none
 * @param dataFrom the one address that connects to a passive port in the client's place; false but of passive commands
 */
public record Match(List<Network> from, List<Network> to, List<Glob> gateways, List<Glob> users, @Nullable Boolean loggedIn,
        Set<Verb> verbs, List<PathGlob> paths, List<Glob> arguments, Set<Direction> directions, Set<TlsState> tls,
        List<Glob> subjects, Set<DataMode> modes, @Nullable Times times, List<Network> dataTo, @Nullable InetAddress dataFrom) {

    /** Every command. */
    public static final Match ANY = new Match(List.of(), List.of(), List.of(), List.of(), null, Set.of(), List.of(), List.of(),
            Set.of(), Set.of(), List.of(), Set.of(), null, List.of(), null);

    public Match {
        from = List.copyOf(from);
        to = List.copyOf(to);
        gateways = List.copyOf(gateways);
        users = List.copyOf(users);
        verbs = ordered(Verb.class, verbs);
        paths = List.copyOf(paths);
        arguments = List.copyOf(arguments);
        directions = ordered(Direction.class, directions);
        tls = ordered(TlsState.class, tls);
        subjects = List.copyOf(subjects);
        modes = ordered(DataMode.class, modes);
        dataTo = List.copyOf(dataTo);
    }

    /** The same, for paths that {@link WindowsNames} has folded. */
    Match folded() {
        return new Match(from, to, gateways, users, loggedIn, verbs, paths.stream().map(PathGlob::folded).toList(), arguments,
                directions, tls, subjects, modes, times, dataTo, dataFrom);
    }

    /** A copy that nobody changes, in the order of the enum, so that its text is the same each time. */
    private static <E extends Enum<E>> Set<E> ordered(Class<E> type, Collection<E> values) {
        var copy = EnumSet.noneOf(type);
        copy.addAll(values);
        return Collections.unmodifiableSet(copy);
    }
}
