package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** basic-ftp on Node, driven by a script. It is passive only, and where its control connection has TLS so has its data. */
final class BasicFtp implements Exchanger {

    private final @Nullable FtpsSecurity security;

    private BasicFtp(@Nullable FtpsSecurity security) {
        this.security = security;
    }

    static BasicFtp with(@Nullable FtpsSecurity security) {
        return new BasicFtp(security);
    }

    @Override
    public Finished exchange(Visit visit, List<Move> moves) throws Exception {
        var command = new ArrayList<>(List.of(
                Requirements.program("node").toString(),
                Scripts.unpack("basic_ftp_client.js", visit.local()).toString(),
                Requirements.unpacked("node_modules/basic-ftp/package.json").resolveSibling("dist").toString(),
                visit.control().host(),
                Integer.toString(visit.control().port()),
                ServerProgram.USER,
                ServerProgram.PASSWORD,
                FtpsSecurity.told(security),
                visit.mode().name(),
                visit.remoteName()));
        moves.forEach(move -> command.add(move.toString()));
        return ChildProcess.start(
                        command, visit.local(), ChildProcess.noInput(), visit.local().resolve("basic-ftp.log"))
                .await(visit.limit());
    }
}
