using System.Text.RegularExpressions;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Mail.ConfigService.Access;

/// <summary>Declares, in an endpoint's metadata, which callers may reach it. The document says it in the same words.</summary>
internal enum Audience
{
    /// <summary>The operator, and a client under its own path.</summary>
    Client,

    /// <summary>The operator.</summary>
    Operator,

    /// <summary>Everyone, without a key.</summary>
    Anyone,
}

internal static partial class AccessExtensions
{
    internal static void AddAccess(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSingleton(new OperatorKey(configuration, environment));
        services.AddSingleton<WrongKeys>();
        services.AddSingleton(new RequestRate(configuration));
        services.AddSingleton<Authentication>();
    }

    internal static TBuilder OperatorOnly<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(Audience.Operator);

    internal static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(Audience.Anyone);

    /// <summary>Asks for a key at every endpoint that has an audience: the whole API, but for what is for anyone.</summary>
    internal static void UseAccess(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.OfType<Audience>().Cast<Audience?>().LastOrDefault() is { } audience and not Audience.Anyone)
        {
            var caller = await context.RequestServices.GetRequiredService<Authentication>().CallerAsync(context);
            var clientId = context.GetRouteValue("client_id") as string;
            if (audience == Audience.Operator)
                caller.MustBeOperator();
            if (clientId is not null)
                Check(clientId, caller);
            context.RequestServices.GetRequiredService<RequestRate>().Check(caller);
            context.Features.Set(caller);
        }

        await next(context);
    });

    /// <summary>What callers are refused with for their key, and for the client that a path names.</summary>
    internal static IEnumerable<ProblemCode> Refusals(this Audience audience, bool isOfClient)
    {
        ProblemCode[] ofKeys = audience == Audience.Anyone
            ? []
            : [ProblemCodes.Unauthorized, ProblemCodes.TooManyWrongKeys, ProblemCodes.TooManyRequests];
        ProblemCode[] ofOthers = audience == Audience.Operator || isOfClient ? [ProblemCodes.Forbidden] : [];
        ProblemCode[] ofPaths = isOfClient ? [ProblemCodes.InvalidClientId] : [];
        return [.. ofKeys, .. ofOthers, .. ofPaths];
    }

    internal static void MapAccess(this RouteGroupBuilder api)
    {
        CreateApiKey.Map(api);
        ListApiKeys.Map(api);
        RevokeApiKey.Map(api);
    }

    /// <summary>Refuses an invalid client id, and a caller that has no access to that client.</summary>
    internal static void Check(string clientId, Caller caller)
    {
        caller.MustSee(clientId);
        if (clientId is not ("." or "..") && ClientId().IsMatch(clientId))
            return;
        RefuseClientId();
    }

    /// <summary>
    /// Refuses a path with <c>.</c> or <c>..</c> in it. The server would take them away with what stands before them, so that
    /// <c>/client/../hold</c> would hold everything.
    /// </summary>
    internal static void UseWholePaths(this WebApplication app) => app.Use((context, next) =>
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        if (target.Split('/').Any(segment => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or ".."))
            RefuseClientId();
        return next(context);
    });

    private static void RefuseClientId()
    {
        var errors = new Errors();
        errors.Add("/client_id", "must be 1 to 128 of A-Z a-z 0-9 . _ -, and neither . nor ..", ProblemCodes.InvalidClientId);
        errors.Throw();
    }

    [GeneratedRegex(@"^[A-Za-z0-9._\-]{1,128}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ClientId();
}
