package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** lftp: one script for each visit. */
final class Lftp implements ClientProgram, UrgentAborter, Exchanger {

    private final @Nullable FtpsSecurity security;

    Lftp() {
        this(null);
    }

    private Lftp(@Nullable FtpsSecurity security) {
        this.security = security;
    }

    static Lftp with(@Nullable FtpsSecurity security) {
        return new Lftp(security);
    }

    @Override
    public String name() {
        return "lftp";
    }

    /** lftp's active mode is PORT over IPv4 and EPRT over IPv6, with no setting to change that. */
    @Override
    public Set<TransferMode> modes(Family family) {
        return family == Family.IPV4
                ? EnumSet.of(TransferMode.PORT, TransferMode.PASV, TransferMode.EPSV)
                : EnumSet.of(TransferMode.EPRT, TransferMode.EPSV);
    }

    /** lftp has no command that sends APPE. */
    @Override
    public Set<Operation> operations() {
        return EnumSet.complementOf(EnumSet.of(Operation.APPEND));
    }

    @Override
    public Finished visit(Visit visit) throws Exception {
        return run(visit, """
                cd %1$s
                ls > in/listing.txt
                get zero.bin -o in/zero.bin
                get one.bin -o in/one.bin
                get odd.bin -o in/odd.bin
                get "%2$s" -o "in/%2$s"
                put out/up-zero.bin -o up-zero.bin
                put out/up-one.bin -o up-one.bin
                put out/up-odd.bin -o up-odd.bin
                put "out/%3$s" -o "%3$s"
                get -c resumed.bin -o in/resumed.bin
                put -c out/up-resumed.bin -o up-resumed.bin
                # The broken pipe makes lftp close the data connection; its ABOR is UrgentAborIT's business.
                set ftp:use-abor no
                set cmd:fail-exit no
                cat abort.bin | head -c 100000 > in/abort.bin
                set cmd:fail-exit yes
                get after.bin -o in/after.bin
                """.formatted(visit.remoteName(), Operation.SPACED_UTF8, Operation.SPACED_UTF8_UP));
    }

    @Override
    public Finished download(Visit visit, String remoteFile, Path target) throws Exception {
        return run(visit, "get %s -o %s\n".formatted(remoteFile, target));
    }

    @Override
    public Finished upload(Visit visit, Path source, String remoteFile) throws Exception {
        return run(visit, "put %s -o %s/%s\n".formatted(source, visit.remoteName(), remoteFile));
    }

    @Override
    public Finished exchange(Visit visit, List<Move> moves) throws Exception {
        var commands = new StringBuilder("cd %s\nls > in/listing.txt\n".formatted(visit.remoteName()));
        for (var move : moves) {
            commands.append(set(move.mode())).append((move.up() ? "put out/%s -o %1$s\n" : "get %s -o in/%1$s\n").formatted(move.name()));
        }
        return run(visit, commands.toString());
    }

    @Override
    public Finished abortUrgently(Visit visit) throws Exception {
        return run(visit, """
                cd %s
                set ftp:use-abor yes
                set cmd:fail-exit no
                cat abort.bin | head -c 100000 > in/abort.bin
                set cmd:fail-exit yes
                get after.bin -o in/after.bin
                """.formatted(visit.remoteName()));
    }

    private Finished run(Visit visit, String commands) throws Exception {
        String settings = """
                debug 9
                set cmd:fail-exit yes
                set net:timeout 4
                set net:reconnect-interval-base 1
                set net:max-retries 1
                set net:persist-retries 0
                %s
                %s
                set ftp:fix-pasv-address no
                open -u %s,%s -p %d %s://%s
                """.formatted(
                secured(),
                set(visit.mode()),
                ServerProgram.USER,
                ServerProgram.PASSWORD,
                visit.control().port(),
                security != null && security.implicit() ? "ftps" : "ftp",
                visit.control().urlHost());
        Path script = Files.writeString(visit.local().resolve("lftp.script"), settings + commands);
        return ChildProcess.start(
                        List.of(Requirements.program("lftp").toString(), "--norc", "-f", script.toString()),
                        visit.local(),
                        ChildProcess.noInput(),
                        visit.local().resolve("lftp.log"))
                .await(visit.limit());
    }

    private static String set(TransferMode mode) {
        return "set ftp:passive-mode %s\nset ftp:prefer-epsv %s\n".formatted(mode.passive(), mode.extended());
    }

    private String secured() {
        return security == null
                ? "set ftp:ssl-allow no"
                : """
                set ftp:ssl-force yes
                set ftp:ssl-protect-data %1$s
                set ftp:ssl-protect-list %1$s
                set ssl:verify-certificate no
                set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS%2$s
                """.formatted(security.dataPrivate() ? "yes" : "no", security.number());
    }
}
