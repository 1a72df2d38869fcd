using Mail.ConfigService.Access;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Holds;

/// <summary>Holding and releasing have the same two routes, the operator's: for everything, and for one client.</summary>
internal static class HoldRoutes
{
    /// <summary>Maps them.</summary>
    /// <param name="api">Where.</param>
    /// <param name="verb"><c>Hold</c> or <c>Release</c>: in small letters the end of the path.</param>
    /// <param name="run">The use case, on the id of a <see cref="Hold"/>.</param>
    internal static void MapHold<TUseCase>(this RouteGroupBuilder api, string verb, Func<TUseCase, string, HttpContext, Task<HoldState>> run)
        where TUseCase : class
    {
        var path = verb.ToLowerInvariant();
        api.MapPost($"/{path}", (HttpContext context, TUseCase useCase) => run(useCase, Hold.Everything, context))
            .OperatorOnly().WithName($"{verb}Everything").WithTags("Holding back");
        api.MapPost($"/client/{{client_id}}/{path}", ([FromRoute(Name = "client_id")] string clientId, HttpContext context, TUseCase useCase) => run(useCase, clientId, context))
            .OperatorOnly().WithName($"{verb}Client").WithTags("Holding back");
    }
}
