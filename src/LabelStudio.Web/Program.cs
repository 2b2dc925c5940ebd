using LabelStudio.Web.Composition;
using LabelStudio.Web.Worker;

if (args is [TrainerProcess.Verb, .. var trainerArguments])
{
    return await TrainerProcess.RunAsync(trainerArguments);
}

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

// A build output serves its assets from where they lie in the sources; a published program has no such map and ignores this.
builder.WebHost.UseStaticWebAssets();
builder.Services.AddStages(builder.Configuration);
builder.Services.AddStudioIdentity();
builder.Services.AddWeb(builder.Configuration);
builder.Services.AddTrainers();

var app = builder.Build();
await app.PrepareAsync(app.Lifetime.ApplicationStopping);
app.UseStudio();
app.MapStudio();
await app.RunAsync();
return 0;
