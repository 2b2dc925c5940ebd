using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Review;

public static class ReviewRegistration
{
    public static IServiceCollection AddReview(this IServiceCollection services) => services
        .AddSingleton<LabelErrorSearch>()
        .AddSingleton<LabelErrorReview>()
        .AddSingleton<PictureHashes>()
        .AddSingleton<NearDuplicateSearch>()
        .AddSingleton<NearDuplicates>()
        .AddSingleton<DuplicateResolution>()
        .AddSingleton<AgreementReports>()
        .AddSingleton<ImageComments>()
        .AddSingleton<LabelChecks>()
        .AddSingleton<Adjudication>()
        .AddSingleton<AnnotatorStatistics>()
        .AddSingleton<WhatToLabelNext>()
        .AddSingleton<LearningCurves>();
}
