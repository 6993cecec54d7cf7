package import HTTPTypes
package import PawlModel

/// What the documentation says of an endpoint: OpenAPI's operation is made from it.
package struct Operation: Sendable {
    /// Unique, in camel case, such as `listAssets`: generated clients name their functions by it.
    package var id: String
    /// The group it is shown in: a resource, or what it is about.
    package var tag: String
    /// One sentence.
    package var summary: String
    /// Parameters beside those of the path.
    package var parameters: [Parameter]
    package var body: Body?
    /// What it answers when all went well. HEAD, 304 and the problems that follow from all this are added to it.
    package var answers: [Answer]
    /// Problems beyond those that every endpoint of its kind may have.
    package var problems: [ProblemCode]

    package init(
        _ id: String, tag: String, _ summary: String, parameters: [Parameter] = [], body: Body? = nil,
        answers: [Answer], problems: [ProblemCode] = []
    ) {
        self.id = id
        self.tag = tag
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.problems = problems
    }

    package struct Parameter: Sendable {
        package enum Place: String, Sendable { case query, header }

        package var name: String
        package var place: Place
        package var type: FieldType
        package var isRequired = false
        package var help: String
        package var example: JSONValue?

        package init(
            _ name: String, in place: Place, _ type: FieldType, isRequired: Bool = false, example: JSONValue? = nil,
            help: String
        ) {
            self.name = name
            self.place = place
            self.type = type
            self.isRequired = isRequired
            self.example = example
            self.help = help
        }
    }

    /// What is sent or answered, beside the media type.
    package indirect enum Content: Sendable {
        /// Bytes that are not JSON.
        case bytes
        case text
        /// An object of declared fields; a request's have what a client may send, an answer's all.
        case object([Field], rules: [FieldRule] = [])
        /// The row of a resource with its head.
        case row(ResourceSchema)
        /// The same with further members that are shown once.
        case rowWith(ResourceSchema, [Field])
        /// What makes a row: the fields that a client may set.
        case creation(ResourceSchema)
        /// A merge patch of those.
        case patch(ResourceSchema)
        /// One page of a list.
        case page(Content)
        /// The one or the other.
        case either(Content, Content)
    }

    package struct Body: Sendable {
        package var mediaTypes: [String]
        package var content: Content
        package var isRequired: Bool

        package init(_ content: Content, as mediaTypes: String..., isRequired: Bool = true) {
            self.content = content
            self.mediaTypes = mediaTypes
            self.isRequired = isRequired
        }
    }

    package struct Answer: Sendable {
        package var status: HTTPResponse.Status
        package var content: Content?
        package var mediaType: String
        package var headers: [Header]
        package var help: String

        package init(
            _ status: HTTPResponse.Status, _ content: Content? = nil, as mediaType: String = MediaType.json,
            headers: [Header] = [], _ help: String
        ) {
            self.status = status
            self.content = content
            self.mediaType = mediaType
            self.headers = headers
            self.help = help
        }
    }

    /// A header field of an answer.
    package enum Header: String, Sendable, CaseIterable {
        case eTag = "ETag"
        case location = "Location"
        case link = "Link"
        case contentRange = "Content-Range"
        case acceptRanges = "Accept-Ranges"
        case cacheControl = "Cache-Control"
        case lastModified = "Last-Modified"
        case intact = "Pawl-Intact"
        case uploadOffset = "Upload-Offset"
        case tusResumable = "Tus-Resumable"
        case contentDisposition = "Content-Disposition"
        case reprDigest = "Repr-Digest"
        case contentDigest = "Content-Digest"

        package var help: String {
            switch self {
            case .eTag: "the revision of the row, or the root of the content"
            case .location: "where what was made is found"
            case .link: "the next page, rel=\"next\", or of a content its metalink, rel=describedby"
            case .contentRange: "which bytes of how many"
            case .acceptRanges: "bytes"
            case .cacheControl: "how long the answer may be kept, and by whom"
            case .lastModified: "when the version was made, or the channel moved, from a few seconds later on"
            case .uploadOffset: "bytes of the upload that are durable"
            case .tusResumable: "the version of tus that is spoken"
            case .intact: "?1 when no block of the game is known to be damaged"
            case .contentDisposition: "the name to save it under"
            case .reprDigest: "the SHA-256 of the whole content, once it is proven"
            case .contentDigest: "the SHA-256 of this answer's own bytes, where they are few"
            }
        }
    }
}

extension Operation.Parameter {
    package static let validateOnly = Self(
        "validate_only", in: .query, .bool, help: "does everything and undoes it: the answer is what it would be")
    package static let ifMatch = Self(
        "If-Match", in: .header, .text(max: Limits.conditionMax, rule: .entityTags), isRequired: true, example: "*",
        help: "the ETag that was last read, so that nobody's change is lost; * for any")
    package static let ifNoneMatch = Self(
        "If-None-Match", in: .header, .text(max: Limits.conditionMax),
        help: "answers 304 when the ETag is still one of these")
    package static let idempotencyKey = Self(
        "Idempotency-Key", in: .header, .text(max: Limits.idempotencyKeyMax, rule: .idempotencyKey),
        help: "a repeat with the same key and payload gets the first one's answer, and does nothing")

    /// The parameters of every list.
    package static func list(_ schema: ResourceSchema) -> [Self] {
        let fields = ResourceSchema.headFields + schema.fields
        let filterable = fields.filter(\.isFilterable).map(\.name).joined(separator: ", ")
        let orderable = fields.filter(\.isOrderable).map(\.name)
        return [
            Self(
                "filter", in: .query, .text(max: 2000), example: "created_at>=\"2026-01-01T00:00:00Z\"",
                help: "conditions such as created_at>=\"2026-01-01T00:00:00Z\", joined by AND, on \(filterable)"),
            Self(
                "order_by", in: .query, .choice(orderable + orderable.map { $0 + " desc" }),
                help: "the field to order by; by id, which is the order of creation, unless given"),
            Self(
                "page_size", in: .query, .int(1...Int64(Limits.pageSizeMax)),
                help: "rows on a page, fewer where they are large; \(Limits.pageSizeDefault) unless given"),
            Self("page_token", in: .query, .text(max: 8000), help: "the next_page_token of the page before"),
        ]
    }
}
