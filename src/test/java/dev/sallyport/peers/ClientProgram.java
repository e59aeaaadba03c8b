package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** An FTP client that a test can send on a visit. Whatever it is, it prints its control dialogue. */
interface ClientProgram {

    String name();

    /** The modes that this client can be made to use over this family, and no other mode in their stead. */
    default Set<TransferMode> modes(Family family) {
        return EnumSet.allOf(TransferMode.class).stream()
                .filter(mode -> mode.worksOver(family))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(TransferMode.class)));
    }

    /** What this client has the means to do; each exception is explained where it is made. */
    default Set<Operation> operations() {
        return EnumSet.allOf(Operation.class);
    }

    /** Does all its operations in one session, or in as few as the client allows. */
    Finished visit(Visit visit) throws Exception;

    /** Downloads one file of the server's root directory, and nothing else. */
    Finished download(Visit visit, String remoteFile, Path target) throws Exception;

    /** Uploads one file to the visit's directory on the server, and nothing else. */
    Finished upload(Visit visit, Path source, String remoteFile) throws Exception;
}
