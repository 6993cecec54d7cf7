import HTTPTypes
import PawlModel
import Testing
import UploadDialects

/// What requests of tus 1.0.0 mean, section by section.
struct TusRequestTests {
    private static let offsetOctets = "application/offset+octet-stream"
    private static let wholeBody = NewPart(end: .atLength)

    @Test(arguments: [
        RequestCase.takes("Core, HEAD asks for the offset", .head, .upload, [:], .inspect),
        .takes(
            "Core, PATCH appends at Upload-Offset", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "70"], .append(NewPart(offset: 70, end: .atLength))),
        .takes("Core, OPTIONS asks what there is", .options, .creation, ["Tus-Resumable": ""], .discover),
        .takes("Core, OPTIONS of an upload asks the same", .options, .upload, ["Tus-Resumable": ""], .discover),
        .takes("Core, OPTIONS ignores Tus-Resumable", .options, .creation, ["Tus-Resumable": "0.2.2"], .discover),
        .refuses(
            "Core, Tus-Resumable must be in every request", .head, .upload, ["Tus-Resumable": ""], .unsupportedVersion),
        .refuses(
            "Core, another version is not processed", .post, .creation,
            ["Tus-Resumable": "0.2.2", "Upload-Length": "1"], .unsupportedVersion),
        .refuses(
            "Core, PATCH with another type is 415", .patch, .upload,
            ["Content-Type": "application/octet-stream", "Upload-Offset": "0"], .unsupportedMediaType),
        .refuses("Core, PATCH without a type is 415", .patch, .upload, ["Upload-Offset": "0"], .unsupportedMediaType),
        .refuses(
            "Core, Upload-Offset has to be there", .patch, .upload, ["Content-Type": offsetOctets], .malformedRequest),
        .refuses(
            "Core, Upload-Offset is no negative number", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "-1"], .malformedRequest),
        .refuses(
            "Core, Upload-Offset is a number", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0x10"], .malformedRequest),
        .refuses(
            "Core, offsets count the bytes as they are kept", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0", "Content-Encoding": "gzip"], .unsupportedMediaType),
        .refuses("Core, an upload takes no PUT", .put, .upload, [:], .methodNotAllowed),
        .refuses("Core, an upload is not created again", .post, .upload, ["Upload-Length": "1"], .methodNotAllowed),
        .refuses("Core, the creation URL has no offset", .head, .creation, [:], .methodNotAllowed),
        .takes(
            "Core, X-HTTP-Method-Override is the method", .post, .upload,
            ["X-HTTP-Method-Override": "PATCH", "Content-Type": offsetOctets, "Upload-Offset": "3"],
            .append(NewPart(offset: 3, end: .atLength))),
        .takes(
            "Core, X-HTTP-Method-Override deletes", .post, .upload, ["X-HTTP-Method-Override": "delete"], .cancel),
        .takes(
            "Core, the actual method is ignored", .delete, .upload, ["X-HTTP-Method-Override": "HEAD"], .inspect),
    ])
    func core(_ testCase: RequestCase) { testCase.check(Tus(), usual: ["Tus-Resumable": "1.0.0"]) }

    @Test(arguments: [
        RequestCase.takes(
            "Creation, POST with Upload-Length", .post, .creation, ["Upload-Length": "100", "Content-Length": "0"],
            .create(.with { $0.length = 100 })),
        .takes(
            "Creation, Upload-Length 0 is complete at once", .post, .creation, ["Upload-Length": "0"],
            .create(
                .with {
                    $0.length = 0
                    $0.body = wholeBody
                })),
        .refuses("Creation, one of both lengths has to be there", .post, .creation, [:], .malformedRequest),
        .refuses(
            "Creation, only one of both lengths", .post, .creation,
            ["Upload-Length": "5", "Upload-Defer-Length": "1"], .malformedRequest),
        .refuses("Creation, no negative length", .post, .creation, ["Upload-Length": "-5"], .malformedRequest),
        .refuses("Creation, a length is a number", .post, .creation, ["Upload-Length": "5 GB"], .malformedRequest),
        .refuses(
            "Creation, what nobody can keep is 413", .post, .creation,
            ["Upload-Length": "99999999999999999999999"], .bodyTooLarge),
        .takes(
            "Creation Defer Length, Upload-Defer-Length is 1", .post, .creation, ["Upload-Defer-Length": "1"],
            .create(.with { _ in })),
        .refuses(
            "Creation Defer Length, another value is 400", .post, .creation, ["Upload-Defer-Length": "0"],
            .malformedRequest),
        .takes(
            "Creation Defer Length, the length comes with a PATCH", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "10", "Upload-Length": "30"],
            .append(NewPart(offset: 10, length: 30, end: .atLength))),
        .takes(
            "Creation With Upload, the body is the first part", .post, .creation,
            ["Upload-Length": "100", "Content-Type": offsetOctets, "Content-Length": "5"],
            .create(
                .with {
                    $0.length = 100
                    $0.body = wholeBody
                })),
        .takes(
            "Creation With Upload, of unknown length", .post, .creation,
            ["Upload-Defer-Length": "1", "Content-Type": offsetOctets],
            .create(.with { $0.body = wholeBody })),
        .refuses(
            "Creation With Upload, the type has to be there", .post, .creation,
            ["Upload-Length": "100", "Content-Length": "5"], .unsupportedMediaType),
        .refuses(
            "Creation With Upload, no other type", .post, .creation,
            ["Upload-Length": "100", "Content-Type": "text/plain", "Content-Length": "5"], .unsupportedMediaType),
        .takes(
            "Creation With Upload, a type without a body says nothing", .post, .creation,
            ["Upload-Length": "100", "Content-Type": "text/plain", "Content-Length": "0"],
            .create(.with { $0.length = 100 })),
    ])
    func creation(_ testCase: RequestCase) { testCase.check(Tus(), usual: ["Tus-Resumable": "1.0.0"]) }

    @Test(arguments: [
        RequestCase.takes(
            "Upload-Metadata, keys that are known", .post, .creation,
            [
                "Upload-Length": "1",
                // mygame/saves/1, save.dat, application/zip, Release 1, beta
                "Upload-Metadata":
                    "asset bXlnYW1lL3NhdmVzLzE=,filename c2F2ZS5kYXQ=,filetype YXBwbGljYXRpb24vemlw, "
                    + "label UmVsZWFzZSAx,channel YmV0YQ==,is_confidential",
            ],
            .create(
                .with {
                    $0.length = 1
                    $0.target = "mygame/saves/1"
                    $0.filename = "save.dat"
                    $0.mediaType = "application/zip"
                    $0.label = "Release 1"
                    $0.channel = "beta"
                    $0.note =
                        "asset bXlnYW1lL3NhdmVzLzE=,filename c2F2ZS5kYXQ=,filetype YXBwbGljYXRpb24vemlw, "
                        + "label UmVsZWFzZSAx,channel YmV0YQ==,is_confidential"
                })),
        .takes(
            "Upload-Metadata, sha256 of the whole", .post, .creation,
            [
                "Upload-Length": "1",
                "Upload-Metadata":
                    "sha256 ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ==",
            ],
            .create(
                .with {
                    $0.length = 1
                    $0.sha256 = Sample.digest
                    $0.note =
                        "sha256 ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ=="
                })),
        .takes(
            // ../../etc/passwd and null
            "Upload-Metadata, values are looked at before they are used", .post, .creation,
            ["Upload-Length": "1", "Upload-Metadata": "name Li4vLi4vZXRjL3Bhc3N3ZA==,type bnVsbA=="],
            .create(
                .with {
                    $0.length = 1
                    $0.filename = "passwd"
                    $0.note = "name Li4vLi4vZXRjL3Bhc3N3ZA==,type bnVsbA=="
                })),
        .takes(
            "Upload-Metadata, unknown keys may have any bytes", .post, .creation,
            ["Upload-Length": "1", "Upload-Metadata": "thumb /////w=="],
            .create(
                .with {
                    $0.length = 1
                    $0.note = "thumb /////w=="
                })),
        .refuses(
            "Upload-Metadata, values are base64", .post, .creation,
            ["Upload-Length": "1", "Upload-Metadata": "filename save.dat"], .malformedRequest),
        .refuses(
            "Upload-Metadata, keys are unique", .post, .creation,
            ["Upload-Length": "1", "Upload-Metadata": "a YQ==,a Yg=="], .malformedRequest),
        .refuses(
            "Upload-Metadata, keys are not empty", .post, .creation,
            ["Upload-Length": "1", "Upload-Metadata": "a YQ==,,b Yg=="], .malformedRequest),
        .refuses(
            "Upload-Metadata, text is UTF-8", .post, .creation,
            ["Upload-Length": "1", "Upload-Metadata": "asset /////w=="], .malformedRequest),
        .refuses(
            "Upload-Metadata, sha256 is one", .post, .creation,
            ["Upload-Length": "1", "Upload-Metadata": "sha256 YWJj"], .malformedRequest),
    ])
    func metadata(_ testCase: RequestCase) { testCase.check(Tus(), usual: ["Tus-Resumable": "1.0.0"]) }

    @Test(arguments: [
        RequestCase.takes(
            "Checksum, sha1", .patch, .upload,
            [
                "Content-Type": offsetOctets, "Upload-Offset": "0",
                "Upload-Checksum": "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
            ],
            .append(
                NewPart(
                    end: .atLength,
                    checksums: [
                        Checksum(
                            .sha1,
                            [
                                0x2a, 0xae, 0x6c, 0x35, 0xc9, 0x4f, 0xcf, 0xb4, 0x15, 0xdb, 0xe9, 0x5f, 0x40, 0x8b,
                                0x9c, 0xe9, 0x1e, 0xe8, 0x46, 0xed,
                            ])
                    ]))),
        .takes(
            "Checksum, sha256", .patch, .upload,
            [
                "Content-Type": offsetOctets, "Upload-Offset": "0", "Upload-Checksum": "sha256 \(Sample.digestText)",
            ],
            .append(NewPart(end: .atLength, checksums: [Checksum(.sha256, Sample.digest.bytes)]))),
        .takes(
            "Checksum, crc32", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0", "Upload-Checksum": "crc32 y/Q5Jg=="],
            .append(NewPart(end: .atLength, checksums: [Checksum(.crc32, [0xcb, 0xf4, 0x39, 0x26])]))),
        .takes(
            "Creation With Upload, with a checksum", .post, .creation,
            ["Upload-Length": "9", "Content-Type": offsetOctets, "Upload-Checksum": "crc32 y/Q5Jg=="],
            .create(
                .with {
                    $0.length = 9
                    $0.body = NewPart(end: .atLength, checksums: [Checksum(.crc32, [0xcb, 0xf4, 0x39, 0x26])])
                })),
        .refuses(
            "Checksum, an unknown algorithm is 400", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0", "Upload-Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="],
            .malformedRequest),
        .refuses(
            "Checksum, one that was not announced is 400", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0", "Upload-Checksum": "sha512 AAAA"], .malformedRequest),
        .refuses(
            "Checksum, the value is base64", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0", "Upload-Checksum": "sha1 no*base64"],
            .malformedRequest),
        .refuses(
            "Checksum, the value has its length", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0", "Upload-Checksum": "sha1 AAAA"], .malformedRequest),
        .refuses(
            "Checksum, there is a value", .patch, .upload,
            ["Content-Type": offsetOctets, "Upload-Offset": "0", "Upload-Checksum": "sha1"], .malformedRequest),
        .takes("Termination, DELETE", .delete, .upload, [:], .cancel),
        .refuses("Termination, not of the creation URL", .delete, .creation, [:], .methodNotAllowed),
    ])
    func checksumAndTermination(_ testCase: RequestCase) { testCase.check(Tus(), usual: ["Tus-Resumable": "1.0.0"]) }
}
