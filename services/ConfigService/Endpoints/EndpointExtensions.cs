using Mail.ConfigService.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Mail.ConfigService.Endpoints;

/// <summary>
/// What a use case says of its endpoint beside its XML comments. Handlers read requests themselves, so that all errors come at once; the
/// generator sees nothing of that, and this is where it is said.
/// </summary>
internal static class EndpointExtensions
{
    /// <summary>Its body is a <typeparamref name="T"/>.</summary>
    internal static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new FieldsOf(typeof(T), IsOptional: false));

    /// <summary>Its body is a <typeparamref name="T"/>, or none.</summary>
    internal static RouteHandlerBuilder MayTake<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new FieldsOf(typeof(T), IsOptional: true));

    /// <summary>
    /// It has no body, or an empty object. The document says nothing of it: generated clients would ask their callers for an empty object.
    /// </summary>
    internal static RouteHandlerBuilder TakesNoFields(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestBodyMetadata());

    /// <summary>Its body is a file, of any media type.</summary>
    internal static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new FileBody());

    /// <summary>The query parameters and headers that it takes, and what is special about a part of its path.</summary>
    internal static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params Parameter[] parameters) =>
        endpoint.WithMetadata(parameters.ToArray<object>());

    /// <summary>What success answers.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="example">An answer that shows this very operation; null where the type's own example does.</param>
    /// <param name="headers">Headers of the answer, of the document's components.</param>
    internal static RouteHandlerBuilder Answers<T>(
        this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK, string? example = null, params string[] headers) =>
        endpoint.Produces<T>(status).WithMetadata(new Success(typeof(T), status, example, headers));

    /// <summary>Another status of success, with the same body.</summary>
    internal static RouteHandlerBuilder AlsoAnswers(this RouteHandlerBuilder endpoint, int status, string meaning) =>
        endpoint.WithMetadata(new OtherSuccess(status, meaning));

    /// <summary>Success has no body.</summary>
    internal static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(StatusCodes.Status204NoContent)
            .WithMetadata(new Success(Type: null, StatusCodes.Status204NoContent, Example: null, []));

    /// <summary>Success answers a file.</summary>
    internal static RouteHandlerBuilder AnswersFile(this RouteHandlerBuilder endpoint) => endpoint.Produces(StatusCodes.Status200OK)
        .WithMetadata(new Success(Type: null, StatusCodes.Status200OK, Example: null, []) { IsFile = true });

    /// <summary>What it refuses, beside what all endpoints of its kind refuse.</summary>
    internal static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ProblemCode[] codes) =>
        endpoint.WithMetadata(codes.ToArray<object>());

    /// <summary>A body is read. Without a type it has no fields.</summary>
    internal record RequestBodyMetadata;

    /// <summary>
    /// A body with fields. It names no content types: routing would refuse others before a caller is asked for a key, and without a code.
    /// </summary>
    internal sealed record FieldsOf(Type RequestType, bool IsOptional) : RequestBodyMetadata, IAcceptsMetadata
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> ContentTypes => [];
    }

    /// <summary>The answer to a request that succeeds.</summary>
    internal sealed record Success(Type? Type, int Status, string? Example, IReadOnlyList<string> Headers)
    {
        /// <summary>Whether it is a file.</summary>
        internal bool IsFile { get; init; }
    }

    /// <summary>Another status of success, with the same body.</summary>
    internal sealed record OtherSuccess(int Status, string Meaning);

    /// <summary>The body is a file.</summary>
    internal sealed record FileBody;
}
