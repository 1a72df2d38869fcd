using System.Globalization;
using System.Text;
using System.Text.Json;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Templates;

namespace Mail.ConfigService.Page;

/// <summary>
/// <c>/clients/{client_id}/templates</c>: a client's templates, an editor with a preview, versions, and what a version would be applied to.
/// </summary>
internal sealed class TemplatePages(UnitOfWork unit, SaveTemplate save, ApplyTemplate apply, Html html)
{
    private const int MaxVersions = 50;

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/clients/{client_id}/templates", (HttpContext context, TemplatePages pages) => pages.ListAsync(context));
        page.MapGet("/clients/{client_id}/templates/{name}",
            (string name, int? version, string? did, HttpContext context, TemplatePages pages) =>
                pages.ShowAsync(name, version, did, context));
        page.MapPost("/clients/{client_id}/templates/{name}",
            (string name, HttpContext context, TemplatePages pages) => pages.EditAsync(name, context));
        page.MapPost("/clients/{client_id}/templates/{name}/apply",
            (string name, HttpContext context, TemplatePages pages) => pages.ApplyAsync(name, context));
        page.MapPost("/clients/{client_id}/templates/{name}/delete",
            (string name, HttpContext context, TemplatePages pages) => pages.DeleteAsync(name, context));
        page.MapPost("/clients/{client_id}/templates/{name}/html", (string name, HttpContext context) => ContentAsync(context));
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var clientId = ClientPage.ClientId(context);
        // A form that asks for a name has no other way to an address of its own.
        if (context.Request.Query["name"].ToString() is { Length: > 0 } name)
            return Results.Redirect($"/clients/{clientId}/templates/{Uri.EscapeDataString(name.Trim())}");
        return await html.PageAsync<TemplatesView>(
            StatusCodes.Status200OK, ("Viewer", Viewer.From(context)), ("ClientId", clientId),
            ("Templates", await ListTemplates.RunAsync(clientId, unit, context.RequestAborted)));
    }

    private async Task<IResult> ShowAsync(string name, int? version, string? did, HttpContext context) =>
        await ShowAsync(name, TemplateForm.From(await CurrentAsync(name, version, context)), context, version, did: did);

    private async Task<IResult> EditAsync(string name, HttpContext context)
    {
        var form = TemplateForm.From(await context.Request.ReadFormAsync(context.RequestAborted));
        try
        {
            var body = Encoding.UTF8.GetBytes(form.ToJson().ToJsonString());
            if (form.Do == "save")
            {
                await save.RunAsync(
                    ClientPage.ClientId(context), name, body, new(form.IfMatch), dryRun: false, Viewer.From(context).Caller,
                    context.RequestAborted);
                return Results.Redirect($"/clients/{ClientPage.ClientId(context)}/templates/{name}?did=saved");
            }

            var (input, parsed) = TemplateBodyInput.Read(body);
            return await ShowAsync(name, form, context, preview: PreviewTemplate.Render(0, parsed, input.SampleJson ?? "{}"));
        }
        catch (ProblemException refusal) when (refusal.Status < StatusCodes.Status500InternalServerError)
        {
            return await ShowAsync(name, form, context, refusal: refusal);
        }
        catch (JsonException)
        {
            return await ShowAsync(
                name, form, context,
                refusal: new(ProblemCodes.InvalidJson, "Variables and sample must each be a JSON object, or empty. Nothing changed."));
        }
    }

    private async Task<IResult> ApplyAsync(string name, HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var dryRun = form["do"] != "apply";
        var shown = TemplateForm.From(await CurrentAsync(name, version: null, context));
        try
        {
            var version = int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : (int?)null;
            var applied = await apply.RunAsync(
                ClientPage.ClientId(context), name, version, dryRun, Viewer.From(context).Caller, context.RequestAborted);
            return await ShowAsync(name, shown, context, applied: applied);
        }
        catch (ProblemException refusal) when (refusal.Status < StatusCodes.Status500InternalServerError)
        {
            return await ShowAsync(name, shown, context, refusal: refusal);
        }
    }

    private async Task<IResult> DeleteAsync(string name, HttpContext context)
    {
        await DeleteTemplate.RunAsync(ClientPage.ClientId(context), name, unit, context.RequestAborted);
        return Results.Redirect($"/clients/{ClientPage.ClientId(context)}/templates");
    }

    // Markup that is not saved yet comes with the form that shows it. It may show itself, and do and load nothing.
    private static async Task<IResult> ContentAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        context.Response.Headers.ContentSecurityPolicy = ShownHtml.Nothing;
        return Results.Content(form["html"].ToString(), "text/html; charset=utf-8");
    }

    private async Task<TemplateShown?> CurrentAsync(string name, int? version, HttpContext context)
    {
        try
        {
            return await GetTemplate.RunAsync(ClientPage.ClientId(context), name, version, unit, context.RequestAborted);
        }
        catch (ProblemException refusal) when (refusal.Code == ProblemCodes.TemplateNotFound && version is null)
        {
            return null;
        }
    }

    private async Task<IResult> ShowAsync(
        string name, TemplateForm form, HttpContext context, int? version = null, string? did = null, TemplatePreview? preview = null,
        AppliedTemplate? applied = null, ProblemException? refusal = null)
    {
        var clientId = ClientPage.ClientId(context);
        var versions = await CurrentAsync(name, version: null, context) is null
            ? null
            : await ListTemplateVersions.RunAsync(clientId, name, int.MaxValue, MaxVersions, unit, context.RequestAborted);
        var before = version > 1 ? await GetTemplate.RunAsync(clientId, name, version - 1, unit, context.RequestAborted) : null;
        return await html.PageAsync<TemplateEditor>(
            refusal?.Status ?? StatusCodes.Status200OK, ("Viewer", Viewer.From(context)), ("ClientId", clientId), ("Name", name),
            ("Form", form), ("Versions", versions), ("Shown", version), ("Before", before is null ? null : TemplateForm.From(before)),
            ("Did", did == "saved" ? "Saved. What is scheduled already is as it was." : null), ("Preview", preview), ("Applied", applied),
            ("Problem", refusal));
    }
}
