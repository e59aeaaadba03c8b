package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A server as people run it: anonymous users may read and write, active data comes from port 20, passive ports are few. */
public enum ServerProgram {
    VSFTPD,
    PROFTPD;

    /** The passive ports, as rulesets have them. */
    public static final String PASSIVE_PORTS = "62000-62999";

    private static final List<String> PATHS = List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin");

    /** Where the program is: installed, or unpacked by {@code deploy/peers}; empty where it is not, or lacks a library. */
    public Optional<Path> find(Path launcher) throws LabFailure {
        Optional<Path> installed = PATHS.stream().map(folder -> Path.of(folder, toString())).filter(Files::isExecutable).findFirst();
        Path script = launcher.resolveSibling("peers");
        Stream<Path> unpacked = installed.isPresent() || !Files.isExecutable(script)
                ? Stream.empty()
                : Peers.beside(launcher).find("usr/sbin/" + this).stream();
        return Stream.concat(installed.stream(), unpacked)
                .filter(program -> Peers.missingLibrary(program).isEmpty())
                .findFirst();
    }

    List<String> command(Path program, Path configuration) {
        return this == VSFTPD
                ? List.of(program.toString(), configuration.toString())
                : List.of(program.toString(), "--nodaemon", "--config", configuration.toString());
    }

    /**
     * Its configuration.
     *
     * @param root whose files it serves; that for uploads, {@link ClientProgram#UPLOADS}, all may write to
     * @param work an empty folder for files of its own
     */
    String configuration(Path root, Path work, List<Family> families) {
        boolean six = families.contains(Family.IPV6);
        return this == VSFTPD ? vsftpd(root, work, six) : proftpd(root, work, six);
    }

    /** A user file of its own; empty where it needs none. */
    String users(Path root) {
        return this == VSFTPD ? "" : "ftp:*:65534:65534::%s:/bin/false\n".formatted(root);
    }

    private static String vsftpd(Path root, Path work, boolean six) {
        String[] passive = PASSIVE_PORTS.split("-", 2);
        return """
                background=NO
                %s
                anonymous_enable=YES
                no_anon_password=YES
                local_enable=NO
                # An account of the system's with a home directory that exists.
                ftp_username=daemon
                anon_root=%s
                secure_chroot_dir=%s
                write_enable=YES
                anon_upload_enable=YES
                anon_umask=022
                connect_from_port_20=YES
                pasv_min_port=%s
                pasv_max_port=%s
                # Its system call filter may be older than the C library that it runs with.
                seccomp_sandbox=NO
                # It stays in the namespace in which it was started: who removes that finds it there.
                isolate=NO
                isolate_network=NO
                vsftpd_log_file=/dev/null
                """.formatted(six ? "listen=NO\nlisten_ipv6=YES" : "listen=YES\nlisten_ipv6=NO", root, work, passive[0], passive[1]);
    }

    private static String proftpd(Path root, Path work, boolean six) {
        return """
                ServerName "lab"
                ServerType standalone
                DefaultServer on
                UseIPv6 %s
                DefaultAddress 127.0.0.1
                Port 21
                PassivePorts %s
                User nobody
                Group nogroup
                PidFile %s
                ScoreboardFile none
                WtmpLog none
                TransferLog none
                UseReverseDNS off
                AuthOrder mod_auth_file.c
                AuthUserFile %s
                RequireValidShell off
                # It may become root again, for port 20.
                RootRevoke off
                <Anonymous %s>
                  User ftp
                  Group nogroup
                  UserAlias anonymous ftp
                </Anonymous>
                """.formatted(six ? "on" : "off", PASSIVE_PORTS.replace('-', ' '), work.resolve("pid"), work.resolve("users"), root);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
