using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Templates;

/// <summary><c>DELETE /client/{client_id}/templates/{name}</c>: no new uses. Its versions stay, so that none is given out twice.</summary>
internal static class DeleteTemplate
{
    internal static void Map(RouteGroupBuilder api) => api.MapDelete(TemplateVersions.Path, HandleAsync)
        .WithName("DeleteTemplate").AnswersNothing().Refuses(ProblemCodes.TemplateNotFound);

    /// <summary>Delete a template</summary>
    /// <remarks>
    /// No e-mail can be written with it any more. What is scheduled stays, and a config that is saved again unchanged still is. Saved
    /// again, it goes on counting its versions.
    /// </remarks>
    /// <response code="204">Deleted.</response>
    internal static async Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string name, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        await RunAsync(clientId, name, unit, context.RequestAborted);
        return Results.NoContent();
    }

    internal static Task RunAsync(
        string clientId, string name, UnitOfWork unit, CancellationToken cancellationToken) => unit.RunInTurnAsync(
        TemplateVersions.TurnOf(clientId),
        async work =>
        {
            var template = await TemplateVersions.TemplateAsync(work.Session, clientId, name, cancellationToken);
            work.Session.Store(template with { Deleted = true, Sample = null });
            return true;
        },
        cancellationToken);
}
