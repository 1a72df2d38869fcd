using System.Net.Mime;
using Mail.ConfigService.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;

namespace Mail.ConfigService.Endpoints;

/// <summary>
/// What a use case says of its endpoint beside its XML comments. Handlers read requests themselves, so that all errors come at once; the
/// generator sees nothing of that, and this is where it is said.
/// </summary>
internal static class EndpointExtensions
{
    /// <summary>A heading of the document, which shows them in the order in which they are made.</summary>
    internal static OpenApiTag Heading(this RouteGroupBuilder api, string name, string description)
    {
        var heading = new OpenApiTag { Name = name, Description = description };
        api.WithMetadata(heading);
        return heading;
    }

    /// <summary>The part of the API under a heading.</summary>
    internal static RouteGroupBuilder Under(this RouteGroupBuilder api, OpenApiTag heading) => api.MapGroup("").WithTags(heading.Name!);

    /// <summary>Its body is a <typeparamref name="T"/>.</summary>
    internal static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new JsonBody(), new BodyOf(typeof(T), IsOptional: false, ExampleAttribute.Find(typeof(T))));

    /// <summary>Its body is a <typeparamref name="T"/>, or none.</summary>
    internal static RouteHandlerBuilder MayTake<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new JsonBody(), new BodyOf(typeof(T), IsOptional: true, ExampleAttribute.Find(typeof(T))));

    /// <summary>
    /// It has no body, or an empty object. The document says nothing of it: generated clients would ask their callers for an empty object.
    /// </summary>
    internal static RouteHandlerBuilder TakesNoFields(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new JsonBody());

    /// <summary>Its body is a file, of any media type.</summary>
    internal static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new BodyOf(typeof(Stream), IsOptional: false, ExampleOfFile), ProblemCodes.BadRequest);

    /// <summary>The query parameters and headers that it takes, and what is special about a part of its path.</summary>
    internal static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params Parameter[] parameters) =>
        endpoint.WithMetadata(parameters.ToArray<object>());

    /// <summary>What success answers. It may be given several times, each time with another status.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="example">An answer that shows this very operation; null where the type's own example does.</param>
    /// <param name="headers">Headers of the answer, of <see cref="AnswerHeader"/>.</param>
    internal static RouteHandlerBuilder Answers<T>(
        this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK, string? example = null, params Parameter[] headers) =>
        endpoint.Produces<T>(status).WithMetadata(new Success(status, example ?? ExampleAttribute.Find(typeof(T)), headers));

    /// <summary>Success has no body.</summary>
    internal static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(StatusCodes.Status204NoContent)
            .WithMetadata(new Success(StatusCodes.Status204NoContent, Example: null, []));

    /// <summary>Success answers a file.</summary>
    internal static RouteHandlerBuilder AnswersFile(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<Stream>(StatusCodes.Status200OK, MediaTypeNames.Application.Octet)
        .WithMetadata(new Success(StatusCodes.Status200OK, ExampleOfFile, []));

    /// <summary>What it refuses, beside what all endpoints of its kind refuse.</summary>
    internal static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ProblemCode[] codes) =>
        endpoint.WithMetadata(codes.ToArray<object>());

    private const string ExampleOfFile = "\"test\"";

    /// <summary>A body is read, as JSON. Without a <see cref="BodyOf"/> it has no fields.</summary>
    internal sealed record JsonBody
    {
        /// <summary>What is refused of any such body.</summary>
        internal IReadOnlyList<ProblemCode> Refusals { get; } =
        [
            ProblemCodes.InvalidJson, ProblemCodes.BadRequest, ProblemCodes.BodyTooLarge, ProblemCodes.UnsupportedMediaType,
            ProblemCodes.UnsupportedContentEncoding, ProblemCodes.InvalidBody, ProblemCodes.UnknownField, ProblemCodes.DuplicateField,
        ];
    }

    /// <summary>
    /// What a body holds. It names no content types: routing would refuse others before a caller is asked for a key, and without a code.
    /// </summary>
    internal sealed record BodyOf(Type RequestType, bool IsOptional, string? Example) : IAcceptsMetadata
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> ContentTypes => [];
    }

    /// <summary>The answer to a request that succeeds.</summary>
    internal sealed record Success(int Status, string? Example, IReadOnlyList<Parameter> Headers);
}
